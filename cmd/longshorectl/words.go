package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// All words for the user stand here. No capital at the beginning, no full
// stop at the end. What a server said is escaped before it is shown.

const wordsPasswordInURL = "a password in an argument can be read by every user of this machine; use --password-stdin or a saved site"

var errNoPrompt = fmt.Errorf("%w: use --password-stdin, or save it with \"longshorectl sites add\"", session.ErrNoPassword)

var errInterrupted = errors.New("interrupted; the same command with --exists resume goes on")

func wordsPlain(t session.Target) string {
	return fmt.Sprintf("the connection to %s is not encrypted: what is sent can be read on the network", t.Host)
}

func wordsPrompt(t session.Target) string { return fmt.Sprintf("password of %s: ", t) }

// wordsError gives one or more lines: what happened, why, the server's words,
// what to do.
func wordsError(err error) string {
	var b strings.Builder
	b.WriteString("longshorectl: ")
	if e, ok := errors.AsType[*usageError](err); ok {
		fmt.Fprintf(&b, "%s\nuse \"longshorectl --help\" for help\n", listing.Escape(e.text))
		return b.String()
	}
	if c, ok := errors.AsType[*session.CertificateError](err); ok {
		wordsCertificate(&b, c.Certificate)
		return b.String()
	}
	switch {
	case errors.Is(err, errInterrupted):
		return b.String() + errInterrupted.Error() + "\n"
	case errors.Is(err, context.Canceled):
		return b.String() + "interrupted\n"
	}
	if c, ok := errors.AsType[*connectError](err); ok {
		b.WriteString(c.Error())
	} else {
		b.WriteString(explain(err))
	}
	b.WriteString("\n")
	return b.String()
}

// wordsServer names a server and account without a doubt.
func wordsServer(t session.Target) string {
	if t.Anonymous() {
		return t.Addr()
	}
	return listing.Escape(t.User) + "@" + t.Addr()
}

// explain is an error in one line.
func explain(err error) string {
	if errors.Is(err, session.ErrNoPassword) {
		return listing.Escape(err.Error())
	}
	e, ok := errors.AsType[*session.Error](err)
	if !ok {
		return listing.Escape(err.Error())
	}
	return explained(session.Explain(e))
}

func explained(x session.Explanation) string {
	parts := []string{x.What}
	if x.Why != "" {
		parts = append(parts, ": ", x.Why)
	}
	if x.Server != "" {
		parts = append(parts, fmt.Sprintf(" (the server said %q)", x.Server))
	}
	if x.Next != "" {
		parts = append(parts, "; ", x.Next)
	}
	return strings.Join(parts, "")
}

func wordsAgain(t session.Target, err error, wait time.Duration) string {
	return fmt.Sprintf("%s: %s; trying again in %v", wordsServer(t), explain(err), wait)
}

func wordsCertificate(w io.Writer, c session.Certificate) {
	fmt.Fprintf(w, "the certificate of %s:%d is not trusted: %s\n", listing.Escape(c.Host), c.Port, listing.Escape(c.Reason))
	for _, row := range [][2]string{
		{"SHA-256", c.SHA256}, {"subject", c.Subject}, {"issuer", c.Issuer}, {"names", strings.Join(c.Names, ", ")},
		{"valid", day(c.NotBefore) + " to " + day(c.NotAfter)},
	} {
		fmt.Fprintf(w, "  %-8s %s\n", row[0], listing.Escape(row[1]))
	}
	fmt.Fprintf(w, "if this is the server's own fingerprint, accept it with\n  --pin %s\n", c.SHA256)
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// wordsResult is the line about one file that ended.
func wordsResult(it transfer.Item, why string) string {
	from, to := listing.Escape(it.Local), listing.Escape(it.Target.URL(it.Remote))
	if it.Direction != transfer.Upload {
		from, to = to, from
	}
	if it.Direction == transfer.Remove {
		to = ""
	} else {
		to = " -> " + to
	}
	switch it.State {
	case transfer.Done:
		if it.Direction == transfer.Remove {
			return "deleted " + from
		}
		return fmt.Sprintf("%s%s (%s, %s)", from, to, size(it.Moved), wordsCheck(it))
	case transfer.Skipped:
		return fmt.Sprintf("skipped %s%s: %s", from, to, why)
	}
	return fmt.Sprintf("%v %s%s: %s", it.State, from, to, why)
}

func wordsCheck(it transfer.Item) string {
	switch it.Check {
	case transfer.Verified:
		return "verified by " + it.CheckNote
	case transfer.SizeMatches:
		return "size matches"
	}
	if it.CheckNote != "" {
		return "not checked: " + it.CheckNote
	}
	return "not checked"
}

// whyOf says why a file did not arrive.
func whyOf(it transfer.Item) string {
	switch {
	case isOurs(it.Err):
		return listing.Escape(it.Err.Cause)
	case it.Err != nil:
		return explained(session.Explain(errorOf(it.Err)))
	case it.CheckNote != "":
		return listing.Escape(it.CheckNote)
	}
	return it.State.String()
}

// isOurs knows the queue's own refusals, such as that the target exists.
func isOurs(f *transfer.Failure) bool {
	return f != nil && f.Kind == session.Denied && f.Code == 0 && f.Cause != ""
}

// errorOf gives a stored failure the form that Explain takes.
func errorOf(f *transfer.Failure) error {
	e := &session.Error{Kind: f.Kind, Step: f.Step, Path: f.Path, Code: f.Code, Text: f.Text}
	if f.Cause != "" {
		e.Err = errors.New(f.Cause)
	}
	return e
}

// wordsQuestion says why a rule could not decide.
func wordsQuestion(q *transfer.Question) string {
	if q.TargetSize > q.SourceSize && q.SourceSize >= 0 {
		return fmt.Sprintf("the target has %d bytes, more than the source with %d", q.TargetSize, q.SourceSize)
	}
	if q.SourceSize >= 0 && q.TargetSize >= 0 && q.CanResume {
		return "the target is there and is not a beginning of the source"
	}
	return "the target is there, and size or time are not known, so that --exists cannot decide"
}

func wordsSummary(t tally) string {
	text := fmt.Sprintf("%s, %s in %s", plural(t.Done, "file"), size(t.Bytes), t.took().Round(100*time.Millisecond))
	if seconds := t.took().Seconds(); seconds > 0.1 && t.Bytes > 0 {
		text += fmt.Sprintf(" (%s/s)", size(int64(float64(t.Bytes)/seconds)))
	}
	if t.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", t.Skipped)
	}
	if t.Failed > 0 {
		text += fmt.Sprintf(", %d failed", t.Failed)
	}
	return text
}

// wordsMoreRefused stands for names of which only the number was kept.
func wordsMoreRefused(n int) string { return fmt.Sprintf("%s more", plural(n, "name")) }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// size is a number of bytes for people.
func size(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	units := "KMGTPE"
	i := int(math.Log2(float64(n))/10) - 1
	i = min(i, len(units)-1)
	return fmt.Sprintf("%.1f %ciB", float64(n)/math.Pow(1024, float64(i+1)), units[i])
}

func printHelp(w io.Writer) {
	fmt.Fprintln(w, "usage: longshorectl COMMAND [FLAGS] ARGUMENTS")
	fmt.Fprintln(w)
	for _, c := range commands {
		fmt.Fprintf(w, "  %s\n      %s\n", c.usage, c.about)
	}
	fmt.Fprint(w, `
PLACE is ftp://[user@]host[:port]/path (TLS if the server has it, else a
warning), ftpes://… (TLS required), ftps://… (TLS from the first byte),
ftp+plain://… (never TLS), or SITE:/path with a saved site's name. Paths are
absolute. The target of several sources, or of -r, is a folder, made if it is
missing; with -r a folder arrives in it under its own name, or, written with a
slash at the end, its contents do.

The password comes from --password-stdin, else from the keyring, else it is
asked for. Ctrl+C stops cleanly; the same command with --exists resume goes on.

Exit status: 0 all arrived, 1 some did not, 2 usage, 3 no connection or login.

`)
	fmt.Fprint(w, flagSet(&options{}).FlagUsages())
}
