package session

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"longshore/transfer/wire"
)

// causeOfError is the cause of any error: what the server said, or what the
// chain of errors holds, or, for an error that was stored as text and lost
// its chain, what the text says. Where only the Kind tells, sure is false: the
// error's own text, if there is one, then says more than a sentence of ours.
func causeOfError(e *Error) (c cause, sure bool) {
	if e.Code != 0 {
		return causeOf(e.Step, e.Code, e.Text), true
	}
	if e.Kind == Cancelled {
		return causeCancelled, true
	}
	at := wireStep(e)
	for _, find := range []func(error, string) cause{causeOfQuestion, causeOfFile, causeOfTLS, causeOfNet, causeOfText} {
		if c := find(e.Err, at); c != causeNone {
			return c, true
		}
	}
	return kindCauses[e.Kind], false
}

// kindCauses is what is left when nothing but the Kind is known.
var kindCauses = map[Kind]cause{
	Auth: causeLogin, Denied: causeDenied, NotFound: causeNotFound, Unavailable: causeUnavailable, Busy: causeLater,
	NoSpace: causeNoSpace, Network: causeLost, TLS: causeHandshake, Protocol: causeNotFTP, Local: causeLocal,
}

// wireStep is the part of a connection at which it happened: a listing fails
// at "data" when its data connection does.
func wireStep(e *Error) string {
	if s, ok := errors.AsType[*wire.StepError](e.Err); ok {
		return s.Step
	}
	if e.Err != nil {
		head, _, _ := strings.Cut(e.Err.Error(), ": ")
		switch head {
		case wire.StepData, wire.StepDataTLS, wire.StepPassive, wire.StepTransfer, wire.StepProxy:
			return head
		}
	}
	return e.Step
}

// causeOfQuestion finds what a person has to decide.
func causeOfQuestion(err error, _ string) cause {
	var untrusted *CertificateError
	var downgrade *DowngradeError
	var plain *PlainError
	switch {
	case errors.As(err, &untrusted):
		return causeUntrusted
	case errors.As(err, &downgrade):
		return causeDowngrade
	case errors.As(err, &plain):
		return causePlain
	case errors.Is(err, ErrNoPassword):
		return causeNoPassword
	}
	return causeNone
}

// causeOfFile finds what our own file system refused.
func causeOfFile(err error, _ string) cause {
	if err == nil || !isLocal(err) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) {
		return causeNone
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return causeLocalFull
	case errors.Is(err, syscall.EROFS):
		return causeLocalReadOnly
	case errors.Is(err, fs.ErrNotExist):
		return causeLocalGone
	case errors.Is(err, fs.ErrPermission):
		return causeLocalDenied
	case errors.Is(err, fs.ErrExist):
		return causeLocalExists
	case errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.EILSEQ):
		return causeLocalName
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return causeLocalFiles
	}
	return causeLocal
}

func causeOfTLS(err error, at string) cause {
	var record tls.RecordHeaderError
	alert, ok := remoteAlert(err)
	switch {
	case errors.As(err, &record):
		return causeNotTLS
	case errors.Is(err, wire.ErrClientCert):
		return causeClientCert
	case ok:
		return causeOfAlert(alert, at)
	}
	return causeNone
}

// remoteAlert gives the words of a TLS alert that the server sent. The type
// that crypto/tls has for it is its own secret; that the words stay is tested.
func remoteAlert(err error) (words string, ok bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" || op.Err == nil {
		return "", false
	}
	return strings.CutPrefix(op.Err.Error(), "tls: ")
}

// Alerts that refuse (RFC 8446 §6.2). All others may be a passing trouble of
// the network or the server.
var (
	versionAlerts = words(`protocol version`, `insufficient security`)
	certAlerts    = words(`certificate required`, `bad certificate`, `(?:revoked|expired|unsupported) certificate`, `unknown certificate`)
	otherAlerts   = words(`handshake failure`, `access denied`, `unrecognized name`, `no application protocol`, `no renegotiation`, `unsupported extension`)
)

// refuses reports an alert that another attempt would meet again.
func refuses(alert string) bool {
	return versionAlerts().MatchString(alert) || certAlerts().MatchString(alert) || otherAlerts().MatchString(alert)
}

func causeOfAlert(alert, at string) cause {
	switch {
	case versionAlerts().MatchString(alert):
		return causeTLSVersion
	case certAlerts().MatchString(alert):
		return causeClientCert
	case at == wire.StepDataTLS:
		return causeDataTLS
	}
	return causeHandshake
}

// causeOfNet tells apart names, ports, firewalls and silence: each has
// another remedy.
func causeOfNet(err error, at string) cause {
	var dns *net.DNSError
	timeout := isTimeout(err)
	data := at == wire.StepData || at == wire.StepPassive
	switch {
	case err == nil:
		return causeNone
	case at == wire.StepProxy:
		return causeProxy
	case errors.As(err, &dns) && dns.IsNotFound:
		return causeNoHost
	case errors.As(err, &dns):
		return causeLookup
	case errors.Is(err, wire.ErrNamedAddress):
		return causeDataNamed
	case errors.Is(err, wire.ErrStall):
		return causeStalled
	case errors.Is(err, syscall.ECONNREFUSED) && data:
		return causeDataRefused
	case errors.Is(err, syscall.ECONNREFUSED):
		return causeRefused
	case errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EADDRNOTAVAIL):
		return causeDataPorts
	case errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH):
		return causeUnreachable
	case timeout && data:
		return causeDataSilent
	case timeout && at == wire.StepDial:
		return causeNoAnswer
	case timeout:
		return causeSilent
	case isHangUp(err) && (at == wire.StepGreeting || at == wire.StepTLS):
		return causeHangUp
	case isHangUp(err) && at == wire.StepDataTLS:
		return causeDataTLS
	case isHangUp(err):
		return causeLost
	}
	return causeNone
}

func isTimeout(err error) bool {
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return true
	}
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}

func isHangUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNABORTED) || errors.Is(err, net.ErrClosed)
}

// faultTexts finds the cause of an error of which only the text is left, and
// of those that have no type. Go's own texts, and those of Windows.
var faultTexts = []struct {
	words phrases
	at    string // wire steps, "" for all
	cause cause
}{
	{words(`is no ftp reply`), "", causeNotFTP},
	{words(`a (?:line|reply) that is too long`, `empty lines`), "", causeTooLong},
	{words(`another certificate than the control`), "", causeOtherCert},
	{words(`text ahead of the tls handshake`), "", causeInjected},
	{words(`certificate of .* is not trusted`, `x509:`, `certificate signed by`), "", causeUntrusted},
	{words(`offered tls before`), "", causeDowngrade},
	{words(`is not encrypted`), "", causePlain},
	{words(`no password is known`), "", causeNoPassword},
	{words(`no such host`, `name or service not known`), "", causeNoHost},
	{words(`lookup .*(?:timeout|misbehaving|server failure|i/o)`), "", causeLookup},
	{words(`no space left`, `disk quota exceeded`, `not enough space on the disk`), "", causeLocalFull},
	{words(`read-only file system`), "", causeLocalReadOnly},
	{words(`^(?:open|stat|lstat|openat|statat|read|rename|renameat|mkdirat) .*(?:no such file|cannot find the)`), "", causeLocalGone},
	{words(`^(?:open|openat|mkdir|mkdirat|rename|renameat|remove|write|chtimes) .*(?:permission denied|access is denied|not permitted)`), "", causeLocalDenied},
	{words(`file name too long`), "", causeLocalName},
	{words(`too many open files`), "", causeLocalFiles},
	{words(`first record does not look like`, `wrong version number`), "", causeNotTLS},
	{words(`tls: .*protocol version`, `tls: insufficient security`), "", causeTLSVersion},
	{words(`remote error: tls: .*certificate`, `wants a client certificate`), "", causeClientCert},
	{words(`remote error: tls`), "data tls", causeDataTLS},
	{words(`handshake failure`, `remote error: tls`), "", causeHandshake},
	{words(`at the address that the server names`), "", causeDataNamed},
	{words(`no data moved`), "", causeStalled},
	{words(`connection refused`, `actively refused`), "data passive", causeDataRefused},
	{words(`connection refused`, `actively refused`), "", causeRefused},
	{words(`address already in use`, `cannot assign requested`), "", causeDataPorts},
	{words(`no route to host`, `(?:network|host) is unreachable`, `unreachable (?:network|host)`), "", causeUnreachable},
	{words(`i/o timeout`, `deadline exceeded`, `did not properly respond`), "data passive", causeDataSilent},
	{words(`i/o timeout`, `deadline exceeded`, `did not properly respond`), "dial", causeNoAnswer},
	{words(`i/o timeout`, `deadline exceeded`), "", causeSilent},
	{words(`\beof\b`, `reset by peer`, `broken pipe`, `forcibly closed`), "greeting tls", causeHangUp},
	{words(`\beof\b`, `reset by peer`, `broken pipe`, `forcibly closed`, `closed the connection`), "", causeLost},
}

// causeOfText looks at words. What came from the server is quoted in them.
func causeOfText(err error, at string) cause {
	if err == nil {
		return causeNone
	}
	text := plainWords(err.Error())
	switch {
	case strings.Contains(text, `"ssh-`):
		return causeSSH
	case strings.Contains(text, `"http/`), strings.Contains(text, `"<!doctype`), strings.Contains(text, `"<html`):
		return causeHTTP
	}
	for _, f := range faultTexts {
		if (f.at == "" || hasWord(f.at, at)) && f.words().MatchString(text) {
			return f.cause
		}
	}
	return causeNone
}
