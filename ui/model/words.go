package model

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Short words, in the order of the alphabet.
const (
	wordAlreadyThere    = "It is in this folder already"
	wordCancel          = "Cancel"
	wordConnect         = "Connect"
	wordConnectAnyway   = "Connect anyway"
	wordCreate          = "Create"
	wordDecision        = "the decision"
	wordDelete          = "Delete"
	wordDowngradeTitle  = "The encryption is gone"
	wordExistsCancel    = "Cancel these transfers"
	wordExistsLater     = "The same for files of this transfer that are found later"
	wordExistsTitle     = "Files exist already"
	wordGoOn            = "Continue"
	wordIntoItself      = "A folder cannot go into itself"
	wordKeepWorking     = "Keep working"
	wordLater           = "Later"
	wordLookSame        = "look the same on both sides"
	wordNameControl     = "A name cannot hold control characters"
	wordNameEmpty       = "The name is empty"
	wordNameLong        = "The name is longer than 255 bytes"
	wordNameSlash       = "A name cannot be . or .. or hold a slash"
	wordNameWindows     = `Windows does not allow < > : " \ | ? * in names`
	wordNewTab          = "New connection"
	wordNoSelection     = "Select files or folders first"
	wordNotConnected    = "Not connected to a server"
	wordNoVault         = "This store is not in use"
	wordNotStored       = "Not stored: you are asked once in each session"
	wordNothingSelected = "Nothing is selected"
	wordPassword        = "Password"
	wordPasswordRefused = "The server refused the login. It said:"
	wordPlainTitle      = "This connection is not encrypted"
	wordQuit            = "Quit"
	wordQuitTitle       = "Transfers are running"
	wordRememberServer  = "Do not ask again for this server"
	wordSaveNeedsSite   = "Save the server as a site first to keep its password"
	wordNothingCopied   = "There are no files on the clipboard. Copy some first, with Ctrl+C"
	wordPasteGone       = "The files that the clipboard names are not there"
	wordNoServerCopy    = "A server cannot copy files, only move them: drag them"
	wordServerToServer  = "Files cannot go from one server to another directly. Download them first"
	wordSet             = "Set"
	wordSizeDiffers     = "have different sizes"
	wordSourceNewer     = "are newer than what is there"
	wordSourceNewerOne  = "is newer than what is there"
	wordTargetNewerOne  = "is older than what is there"
	wordSizeDiffersOne  = "has another size"
	wordLookSameOne     = "looks the same on both sides"
	wordTargetNewer     = "are older than what is there"
	wordTrustAlways     = "Trust always"
	wordTrustOnce       = "Trust until quit"
)

// ExistsWord names a rule for a target that exists.
func ExistsWord(e transfer.Exists) string {
	switch e {
	case transfer.Overwrite:
		return "Overwrite"
	case transfer.Newer:
		return "Overwrite if newer"
	case transfer.SizeDiffers:
		return "Overwrite if the size differs"
	case transfer.NewerOrSize:
		return "Overwrite if newer or another size"
	case transfer.Resume:
		return "Resume"
	case transfer.Rename:
		return "Keep both (rename)"
	case transfer.Skip:
		return "Skip"
	case transfer.Fail:
		return "Fail"
	}
	return "Ask"
}

// ExistsRuleWord names a rule of the settings, or of a site.
func ExistsRuleWord(rule string) string {
	if rule == "" {
		return "As in the settings"
	}
	return ExistsWord(existsRule(rule))
}

// wordExportList says what an export of the list holds.
func wordExportList(v *QueueView) string {
	done, failed := Count(v.Len(OnDone), "completed transfer", "completed transfers"), FormatNumber(v.Len(OnFailed))+" failed"
	if v.Searching() {
		return "What the search leaves: " + done + " and " + failed + ", one a line."
	}
	return "All of " + done + " and " + failed + ", one a line."
}

// What is wrong with a number in a site's form.
const (
	wordSessionsRange = "The number of connections is from 1 to 10, or empty"
	wordSegmentsRange = "A big download has from 1 to 8 connections, or empty for as many as make it faster"
	wordLimitRange    = "A speed limit is a number of KB a second, or empty"
)

// LinksWord names a rule for symbolic links.
func LinksWord(rule string) string {
	switch rule {
	case sites.LinksFollow:
		return "Follow them"
	case sites.LinksSkip:
		return "Leave them out"
	case sites.LinksAsIs:
		return "Keep them as links"
	}
	return "Take linked files"
}

// SecurityWord names a way to reach a server.
func SecurityWord(s session.Security) string {
	switch s {
	case session.ExplicitTLS:
		return "FTPS (explicit)"
	case session.ImplicitTLS:
		return "FTPS (implicit)"
	case session.PlainFTP:
		return "FTP, not encrypted"
	}
	return "FTP, TLS if offered"
}

// Securities are the ways to reach a server in the order to show them.
var Securities = []session.Security{session.ExplicitTLS, session.ImplicitTLS, session.TLSIfOffered, session.PlainFTP}

// LogonWord names a way to log in.
func LogonWord(l sites.Logon) string {
	switch l {
	case sites.AskLogon:
		return "Ask for the password"
	case sites.Normal:
		return "User and password"
	case sites.WithAcct:
		return "User, password and account"
	}
	return "Anonymous"
}

// StateWord says where a transfer stands, for the last column of the queue.
func StateWord(t *Transfer, now time.Time) string {
	size, moved := t.Bytes()
	switch t.State {
	case transfer.Waiting:
		if t.Held {
			return "On hold"
		}
		if t.NotBefore.After(now) {
			return "Starts " + FormatTime(t.NotBefore)
		}
		return "Queued"
	case transfer.Connecting:
		return "Connecting"
	case transfer.Running:
		return runningWord(t, size, moved)
	case transfer.Verifying:
		return "Checking"
	case transfer.Asking:
		return "Waits for your answer"
	case transfer.Retrying:
		return retryWord(t, now)
	case transfer.Paused:
		return "Paused"
	case transfer.Done:
		return CheckWord(&t.Item)
	case transfer.Skipped:
		return "Skipped"
	case transfer.Cancelled:
		return "Cancelled"
	}
	return ReasonWord(t.Err)
}

// ReasonWord is why something failed, in few words, for a row.
func ReasonWord(f *transfer.Failure) string {
	if f == nil {
		return "Failed"
	}
	x := session.Explain(failureError(f))
	if x.Why != "" {
		return Sentence(x.Why)
	}
	return Sentence(x.What)
}

func runningWord(t *Transfer, size, moved int64) string {
	if t.Folder && t.Total != nil {
		if t.Total.Walking {
			return fmt.Sprintf("Reading, %s so far", Count(t.Total.Files, "file", "files"))
		}
		return fmt.Sprintf("%s of %s", FormatNumber(t.Total.Done), Count(t.Total.Files, "file", "files"))
	}
	if t.Direction == transfer.Remove {
		return "Deleting"
	}
	if size > 0 && moved >= size {
		return "Finishing"
	}
	if left := FormatLeft(Left(size-moved, t.Rate)); left != "" {
		return left
	}
	return "Running"
}

func retryWord(t *Transfer, now time.Time) string {
	why := ""
	if t.Err != nil {
		why = ": " + ReasonWord(t.Err)
	}
	if wait := t.NotBefore.Sub(now).Round(time.Second); wait > 0 {
		return fmt.Sprintf("Tries again in %v%s", wait, why)
	}
	return "Tries again" + why
}

// CheckWord says how a finished transfer was checked.
func CheckWord(i *transfer.Item) string {
	switch {
	case i.Direction == transfer.Remove:
		return "Deleted"
	case i.Folder:
		return folderWord(i)
	case i.Check == transfer.Verified:
		return strings.TrimSuffix("Verified "+i.CheckNote, " ")
	case i.Check == transfer.SizeMatches:
		return "Size matches"
	case i.Check == transfer.NotCheckable && i.CheckNote != "":
		return "Not checkable: " + listing.Escape(i.CheckNote)
	case i.Check == transfer.NotCheckable:
		return "Not checkable"
	}
	return "Done"
}

func folderWord(i *transfer.Item) string {
	if i.Total == nil {
		return "Done"
	}
	s := Count(i.Total.Done, "file", "files")
	if i.Total.Skipped > 0 {
		s += ", " + FormatNumber(i.Total.Skipped) + " skipped"
	}
	if i.Total.Failed > 0 {
		s += ", " + FormatNumber(i.Total.Failed) + " failed"
	}
	return s
}

// DirectionWord names what a transfer does.
func DirectionWord(d transfer.Direction) string {
	switch d {
	case transfer.Upload:
		return "Upload"
	case transfer.Download:
		return "Download"
	}
	return "Delete"
}

// FailureWords puts a stored failure into words.
func FailureWords(f *transfer.Failure) Message {
	if f == nil {
		return Message{Grade: GradeError, What: "Failed"}
	}
	m := explain(failureError(f))
	m.Grade = GradeError
	return m
}

func failureError(f *transfer.Failure) error {
	return &session.Error{Kind: f.Kind, Step: f.Step, Path: f.Path, Code: f.Code, Text: f.Text, Err: causeOf(f)}
}

func causeOf(f *transfer.Failure) error {
	if f.Cause == "" {
		return nil
	}
	return errors.New(f.Cause)
}

// explain puts an error into words: what happened, what the server said, what
// may help.
func explain(err error) Message {
	var e *session.Error
	if !errors.As(err, &e) {
		return Message{Grade: GradeError, What: localWords(err)}
	}
	x := session.Explain(err)
	what := Sentence(x.What)
	if x.Why != "" {
		what += ": " + x.Why
	}
	return Message{Grade: GradeError, What: what, Server: x.Server, Hint: Sentence(x.Next)}
}

// Sentence starts with a capital.
func Sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// localWords says what this machine's file system refused.
func localWords(err error) string {
	name := ""
	var p *fs.PathError
	var l interface{ Error() string } = err
	if errors.As(err, &p) {
		name = fmt.Sprintf(" %q", filepath.Base(p.Path))
		l = p.Err
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "You may not do that with" + orThis(name)
	case errors.Is(err, fs.ErrNotExist):
		return Sentence(strings.TrimSpace(orThis(name) + " does not exist any more"))
	case errors.Is(err, fs.ErrExist):
		return Sentence(strings.TrimSpace(orThis(name) + " exists already"))
	case errors.Is(err, syscall.ENOSPC):
		return "This machine's disk is full"
	}
	return Sentence(l.Error())
}

func orThis(name string) string {
	if name == "" {
		return " this"
	}
	return name
}

func wordConnectFailed(t session.Target, err error) Message {
	m := explain(err)
	m.What = fmt.Sprintf("No connection to %s. %s", t, m.What)
	return m
}

func wordListFailed(s Side, dir string, err error) Message {
	m := explain(err)
	m.What = fmt.Sprintf("%q was not opened. %s", listing.Escape(dir), m.What)
	return m
}

func wordAddFailed(n int, err error) Message {
	m := explain(err)
	m.What = fmt.Sprintf("%s could not be put into the queue. %s", Count(n, "transfer", "transfers"), m.What)
	return m
}

func wordRefusedNames(names []string) Message {
	return Message{Grade: GradeWarning, What: fmt.Sprintf("%s left out: such names are not safe on this machine",
		Count(len(names), "item was", "items were")), Server: strings.Join(names[:min(len(names), 5)], ", ")}
}

func wordMoveFailed(effect Effect, name string, err error) Message {
	m := explain(err)
	verb := "moved"
	if effect == WillCopy {
		verb = "copied"
	}
	m.What = fmt.Sprintf("%q was not %s. %s", listing.Escape(name), verb, m.What)
	return m
}

func wordRenameFailed(from, to string, err error) Message {
	m := explain(err)
	m.What = fmt.Sprintf("%q was not renamed to %q. %s", from, listing.Escape(to), m.What)
	return m
}

func wordMakeFailed(name string, err error) Message {
	m := explain(err)
	m.What = fmt.Sprintf("%q was not created. %s", listing.Escape(name), m.What)
	return m
}

func wordChmodFailed(err error) Message {
	m := explain(err)
	m.What = "The permissions were not changed. " + m.What
	return m
}

func wordDeleteFailed(err error) Message {
	m := explain(err)
	m.What = "Not everything was deleted. " + m.What
	return m
}

func wordSaveFailed(what string, err error) Message {
	return Message{Grade: GradeError, What: fmt.Sprintf("%s was not saved. %s", Sentence(what), localWords(err))}
}

func wordPasswordNotSaved(s sites.Site, err error) Message {
	return Message{Grade: GradeWarning,
		What: fmt.Sprintf("The password of %q is kept until you quit, but it was not saved. %s", s.Name, localWords(err))}
}

func wordNameTaken(name string) string {
	return fmt.Sprintf("There is a %q already", listing.Escape(name))
}

func wordPasswordTitle(t session.Target) string { return "Password for " + t.String() }

func wordPasswordNeeded(t session.Target) string {
	return fmt.Sprintf("User %q at %s.", t.User, t.Host)
}

func wordPlainText(t session.Target) []string {
	return []string{
		fmt.Sprintf("%s does not encrypt this connection. The password and all files can be read by anybody on the way.", t.Host),
		"Ask whether the server offers FTPS, and use that if it does.",
	}
}

func wordDowngradeText(t session.Target) []string {
	return []string{
		fmt.Sprintf("%s offered an encrypted connection before and does not now.", t.Host),
		"This is what it looks like when somebody on the way takes the encryption out. Go on only if you know that the server was changed.",
	}
}

func certificateQuestion(c *session.Certificate) *Question {
	return &Question{
		Title: "Unknown certificate",
		Text: []string{fmt.Sprintf("Nobody this system trusts vouches for %s: %s.", c.Host, listing.Escape(c.Reason)),
			"Compare the fingerprint with the one from the server's owner before you trust it."},
		Facts: []Fact{
			{"Server", fmt.Sprintf("%s, port %d", c.Host, c.Port)},
			{"Issued to", listing.Escape(c.Subject)},
			{"Issued by", listing.Escape(c.Issuer)},
			{"Names", listing.Escape(strings.Join(c.Names, ", "))},
			{"Valid", c.NotBefore.Local().Format("2006-01-02") + " to " + c.NotAfter.Local().Format("2006-01-02")},
			{"SHA-256", Fingerprint(c.SHA256)},
		},
	}
}

func certificateChanged(x *Question, c *session.Certificate, old *sites.Pin) {
	x.Title, x.Warning = "The certificate has changed", true
	x.Text = []string{fmt.Sprintf("%s shows another certificate than the one you trusted on %s.",
		c.Host, old.Since.Local().Format("2006-01-02")),
		"That happens when a server is renewed, and also when somebody is in between. Ask the server's owner before you go on."}
	x.Facts = append(x.Facts, Fact{"Trusted before", Fingerprint(old.SHA256)})
}

// Fingerprint writes a digest in groups, to be read aloud and compared.
func Fingerprint(hex string) string {
	var b strings.Builder
	for i := 0; i < len(hex); i += 2 {
		if i > 0 {
			b.WriteByte(':')
			if i == len(hex)/2 {
				b.WriteByte('\n')
			}
		}
		b.WriteString(strings.ToUpper(hex[i:min(i+2, len(hex))]))
	}
	return b.String()
}

func wordExistsHeading(n int, d transfer.Direction, t session.Target) string {
	where := "at " + t.String()
	if d == transfer.Download {
		where = "on this machine"
	}
	return fmt.Sprintf("%s already %s.", Count(n, "file exists", "files exist"), where)
}

// StripWord is the question's line in the strip over the queue.
func (x *Question) StripWord() string {
	if x.Sheet != nil {
		return x.Sheet.Heading()
	}
	return x.Title + ": " + x.target.String()
}

func wordDeleteTitle(d *Drag) string {
	if len(d.Entries) == 1 {
		return fmt.Sprintf("Delete %q?", d.Entries[0].Name)
	}
	return fmt.Sprintf("Delete %s?", Count(len(d.Entries), "item", "items"))
}

func wordDeleteText(d *Drag) []string {
	where := "on this machine"
	if d.From == Remote {
		where = "at " + d.Target.String()
	}
	folders := 0
	for _, e := range d.Entries {
		if e.Type == listing.Dir {
			folders++
		}
	}
	text := fmt.Sprintf("In %s %s.", listing.Escape(d.Dir), where)
	if folders > 0 {
		text += fmt.Sprintf(" %s with all that is in it.", Sentence(Count(folders, "folder is deleted", "folders are deleted")))
	}
	return []string{text, "This cannot be undone."}
}

func wordQuitText(t transfer.Totals, lost bool) []string {
	kept := "The queue is kept. It goes on where it was when Longshore is started again."
	if lost {
		kept = "The queue is not on the disk: what is not done is forgotten when you quit."
	}
	return []string{
		fmt.Sprintf("%s running and %s in the queue.", Count(t.Active, "transfer is", "transfers are"),
			Count(max(t.Files-t.Done-t.Failed-t.Skipped, 0), "file is", "files are")),
		kept,
	}
}

func wordLineDir(d session.LineDir) string {
	switch d {
	case session.Sent:
		return "> "
	case session.Received:
		return "< "
	case session.Problem:
		return "! "
	}
	return "  "
}

func wordFailed(t *Transfer) Message {
	m := FailureWords(t.Err)
	m.What = fmt.Sprintf("%s failed: %s", t.Name(), ReasonWord(t.Err))
	return m
}

func wordManyFailed(n int) Message {
	return Message{Grade: GradeError, What: Count(n, "transfer", "transfers") + " failed", Hint: "The Failed tab says why."}
}

// VersionLine is what --version and the About box say.
func VersionLine(version string) string {
	return fmt.Sprintf("Longshore %s, %s, %s/%s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// wordCounts is "3 of 19 selected · 1.8 MB" or "5 folders, 10 files · 290 KB".
func wordCounts(s Summary) string {
	if s.Selected > 0 {
		line := fmt.Sprintf("%s of %s selected", FormatNumber(s.Selected), FormatNumber(s.Files+s.Folders))
		if s.SelectedBytes > 0 { // what is in folders is not known
			line += " · " + FormatSize(s.SelectedBytes)
		}
		return line
	}
	line := Count(s.Folders, "folder", "folders") + ", " + Count(s.Files, "file", "files") + " · " + FormatSize(s.Bytes)
	if s.Hidden > 0 {
		line += " · " + FormatNumber(s.Hidden) + " hidden"
	}
	return line
}

// wordListing tells how a server's folder was read and what is missing in it.
func wordListing(r listing.Report, t *Tab) string {
	charset := t.Target.Charset
	if charset == "" {
		charset = "UTF-8"
	}
	line := charset
	if t.Info.ListMode != "" {
		line += " · " + strings.ToUpper(string(t.Info.ListMode))
	}
	if r.Truncated {
		line = "Only a part is shown: there are too many files · " + line
	}
	if r.Unreadable > 0 {
		line = Count(r.Unreadable, "line was", "lines were") + " not understood · " + line
	}
	return line
}

// stateLine is what an empty pane says about its connection.
func (t *Tab) stateLine(s Side) string {
	switch {
	case s == Local:
		return ""
	case t.State == Connecting:
		return "Connecting to " + t.Target.String() + "…"
	case t.State == Broken:
		return "Not connected: the last attempt failed"
	case t.State == Connected && t.Remote.refused != "":
		return "No folder is open"
	case t.State == Connected:
		return "Reading…"
	}
	return "Not connected"
}

// StateText is the left part of the status bar.
func (t *Tab) StateText() string {
	switch t.State {
	case Connecting:
		return "Connecting to " + t.Target.Host + "…"
	case Connected:
		return "Connected to " + t.Target.Host
	case Asleep:
		return "Resting: " + t.Target.Host + " is called again with the next click"
	case Broken:
		return "No connection to " + t.Target.Host
	}
	return "Not connected"
}

// TotalLine is the right part of the status bar.
func (v *QueueView) TotalLine() string {
	waiting := v.Len(OnQueue) - v.Totals.Active
	switch {
	case v.Warning != "":
		return "The queue is in memory only: " + listing.Escape(v.Warning)
	case v.Restoring:
		return "Reading the queue…"
	case v.Len(OnQueue) == 0:
		return "Queue is empty"
	case v.Paused:
		return fmt.Sprintf("Queue is paused, %s", Count(v.Len(OnQueue), "transfer", "transfers"))
	}
	line := fmt.Sprintf("%d active, %s queued", v.Totals.Active, FormatNumber(max(waiting, 0)))
	if left := v.Totals.Bytes - v.Totals.Moved; left > 0 {
		line += " · " + FormatSize(left)
		// What waits for an answer or for its next try has no end that a rate
		// which dies away could tell.
		if eta := FormatLeft(Left(left, v.UpRate+v.DownRate)); eta != "" && v.Busy() {
			line += ", " + eta
		}
	}
	return line
}

// wordArrived says that all of the queue is done.
func wordArrived(r run) Message {
	m := Message{Grade: GradeGood}
	verb := "arrived and checked"
	if r.only == transfer.Remove && !r.mixed {
		verb = "deleted"
	} else if r.mixed {
		verb = "done"
	}
	if r.files == 1 {
		m.What = fmt.Sprintf("%s: %s", r.last, verb)
	} else {
		m.What = Count(r.files, "file", "files") + " " + verb
	}
	if r.skipped > 0 {
		m.Hint = FormatNumber(r.skipped) + " skipped"
	}
	return m
}

// EmptyLine is what a pane without rows says in its middle.
func (p *Pane) EmptyLine() string {
	switch {
	case p.Side == Remote && !p.Ready() && p.tab.State == Connecting:
		return "Connecting…"
	case p.loading:
		return "Reading…"
	case !p.Ready() && p.refused != "":
		return p.refused
	case p.Side == Remote && !p.Ready() && p.tab.State == Connected:
		return "Reading…"
	case p.Side == Remote && !p.Ready() && p.tab.State == Broken && p.tab.Err != nil:
		return explain(p.tab.Err).What
	case p.Side == Remote && !p.Ready():
		return "Not connected. Press Ctrl+K to type an address, or Ctrl+S for the saved sites."
	case len(p.entries) > 0:
		return "Nothing here matches the filter."
	}
	return "This folder is empty."
}

func wordRestored(n int, interrupted []transfer.Interrupted) Message {
	where := ""
	if len(interrupted) == 1 {
		where = " with " + interrupted[0].Target.String()
	} else if len(interrupted) > 1 {
		where = " with " + Count(len(interrupted), "server", "servers")
	}
	return Message{What: "The queue goes on where it was: " + Count(n, "transfer", "transfers") + where}
}

const wordDiscard = "Discard"

func wordInterrupted(x *Interruption) string {
	were, on := " was interrupted", " and goes on"
	if x.count != 1 {
		were, on = " were interrupted", " and go on"
	}
	switch {
	case x.Held:
		on = ""
	case x.Paused:
		on = "; the queue is paused"
	}
	return Count(x.count, "transfer", "transfers") + " with " + x.where + were + on
}

func wordRestoredBad(r transfer.Restored) Message {
	m := Message{Grade: GradeWarning, What: Count(r.Bad, "line", "lines") + " of the queue's file could not be read"}
	if r.Err != nil {
		m.What = "The queue's file could not be read to its end. " + localWords(r.Err)
	}
	if r.Aside != "" {
		m.Hint = "A copy of the file is kept as " + r.Aside
	}
	return m
}
