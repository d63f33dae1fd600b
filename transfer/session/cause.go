package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unicode"

	"longshore/transfer/wire"
)

// cause is why a server refused, finer than a Kind: Explain has a sentence
// for each, and a few places decide by one (a folder that is already there,
// a connection limit). Kind is what callers outside decide by.
type cause string

// The causes that a reply can have.
const (
	causeNone        cause = ""
	causeTooMany     cause = "too many connections"
	causeLater       cause = "try later"
	causeIdle        cause = "idle"
	causeBanned      cause = "banned"
	causeLogin       cause = "login refused"
	causeNotLoggedIn cause = "not logged in"
	causeNoAnonymous cause = "no anonymous"
	causeAnonymous   cause = "anonymous only"
	causeAccount     cause = "account needed"
	causeHome        cause = "home folder"
	causeExpired     cause = "account disabled"
	causeBarred      cause = "user kept out"
	causeNeedTLS     cause = "tls required"
	causeNeedProt    cause = "data tls required"
	causeNoProt      cause = "data tls not offered"
	causeReuse       cause = "tls session reuse"
	causeDataTLS     cause = "data tls failed"
	causeNoTLS       cause = "tls not offered"
	causeClientCert  cause = "client certificate"
	causeData        cause = "data connection"
	causeDataIP      cause = "data address"
	causeDataPorts   cause = "no data port"
	causePort        cause = "active mode refused"
	causeNoPassive   cause = "passive mode refused"
	causeAborted     cause = "aborted"
	causeDenied      cause = "denied"
	causeReadOnly    cause = "read only"
	causeNotFound    cause = "not found"
	causeVague       cause = "not found or denied"
	causeVagueRemove cause = "not empty or denied"
	causeVagueMake   cause = "exists or denied"
	causeExists      cause = "exists"
	causeNotEmpty    cause = "not empty"
	causeIsDir       cause = "is a folder"
	causeNotDir      cause = "not a folder"
	causeNoReplace   cause = "no overwriting"
	causeName        cause = "name refused"
	causeInUse       cause = "in use"
	causeNoSpace     cause = "disk full"
	causeQuota       cause = "quota"
	causeTooLarge    cause = "file too large"
	causeNoResume    cause = "no resume"
	causeUnavailable cause = "command unknown"
	causeArgument    cause = "argument refused"
	causeOrder       cause = "wrong order"
	causeServer      cause = "server trouble"
	causeNotFTP      cause = "not ftp"
)

// The causes of faults that no reply tells of.
const (
	causeNoHost        cause = "no such host"
	causeLookup        cause = "name lookup failed"
	causeRefused       cause = "connection refused"
	causeUnreachable   cause = "no route"
	causeNoAnswer      cause = "no answer"
	causeSilent        cause = "no reply"
	causeHangUp        cause = "hung up at once"
	causeLost          cause = "connection lost"
	causeStalled       cause = "stalled"
	causeDataRefused   cause = "data port refused"
	causeDataSilent    cause = "data port silent"
	causeDataNamed     cause = "data address of the server"
	causeNotTLS        cause = "no tls spoken"
	causeTLSVersion    cause = "tls version"
	causeHandshake     cause = "handshake failed"
	causeUntrusted     cause = "certificate"
	causeOtherCert     cause = "another certificate on data"
	causeInjected      cause = "text before tls"
	causeDowngrade     cause = "tls gone"
	causePlain         cause = "not encrypted"
	causeNoPassword    cause = "no password"
	causeSSH           cause = "ssh"
	causeHTTP          cause = "http"
	causeTooLong       cause = "endless reply"
	causeProxy         cause = "proxy"
	causeLocalFull     cause = "our disk full"
	causeLocalReadOnly cause = "our disk read only"
	causeLocalGone     cause = "our file gone"
	causeLocalDenied   cause = "our file denied"
	causeLocalExists   cause = "our file exists"
	causeLocalName     cause = "our name refused"
	causeLocalFiles    cause = "our open files"
	causeLocal         cause = "our file system"
	causeCancelled     cause = "cancelled"
)

// kinds gives the Kind of each cause.
var kinds = map[cause]Kind{
	causeTooMany: Busy, causeLater: Busy, causeInUse: Busy, causeIdle: Network,
	causeBanned: Auth, causeLogin: Auth, causeNotLoggedIn: Auth, causeNoAnonymous: Auth, causeAnonymous: Auth,
	causeAccount: Auth, causeHome: Auth, causeExpired: Auth, causeBarred: Auth,
	causeNeedTLS: TLS, causeNeedProt: TLS, causeNoProt: TLS, causeReuse: TLS, causeDataTLS: TLS, causeNoTLS: TLS, causeClientCert: TLS, causeHandshake: TLS,
	causeData: Network, causeDataIP: Network, causeDataPorts: Network, causePort: Unavailable, causeNoPassive: Unavailable, causeAborted: Network,
	causeDenied: Denied, causeReadOnly: Denied, causeVague: Denied, causeVagueRemove: Denied, causeVagueMake: Denied, causeExists: Denied, causeNotEmpty: Denied,
	causeIsDir: Denied, causeNoReplace: Denied, causeName: Denied,
	causeNotFound: NotFound, causeNotDir: NotFound,
	causeNoSpace: NoSpace, causeQuota: NoSpace, causeTooLarge: NoSpace,
	causeNoResume: Unavailable, causeUnavailable: Unavailable, causeArgument: Unavailable,
	causeOrder: Protocol, causeServer: Unknown, causeNotFTP: Protocol,
}

// wrap makes an *Error of any error: its Kind, the server's code and words,
// and whether the Session is lost by it. err is not nil. An *Error stays what
// it is; only an empty Step or Path is filled in. Dead follows from the Kind:
// after anything but a plain reply or a fault of our own disk nobody knows
// where the conversation stands. Maybe is the caller's to set.
func wrap(step, path string, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		c := *e
		if c.Step == "" {
			c.Step = step
		}
		if c.Path == "" {
			c.Path = path
		}
		return &c
	}
	e = &Error{Step: step, Path: path, Err: err}
	if r, ok := errors.AsType[*textproto.Error](err); ok {
		e.Code, e.Text = r.Code, escape(r.Msg)
		e.Kind = classify(step, r.Code, r.Msg)
		e.Dead = r.Code == 421 || e.Kind == Protocol
		return e
	}
	if r, ok := errors.AsType[*wire.ReplyError](err); ok {
		e.Code, e.Text = r.Reply.Code, escape(r.Reply.Text())
		e.Kind = classify(step, e.Code, r.Reply.Text())
		e.Dead = e.Code == 421
		return e
	}
	e.Kind = kindOfFault(err)
	e.Dead = e.Kind != Local && e.Kind != NoSpace && e.Kind != Auth
	return e
}

// kindOfFault is the Kind of an error that no server reply caused. Order
// matters: a deadline may be wrapped in a net.OpError, a certificate in a
// handshake's error.
func kindOfFault(err error) Kind {
	switch {
	case err == nil:
		return Unknown
	case errors.Is(err, context.Canceled), errors.Is(err, errPoolClosed), errors.Is(err, errBrowserClosed):
		return Cancelled
	case errors.Is(err, ErrNoPassword):
		return Auth
	case isTLS(err):
		return TLS
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return NoSpace
	case isLocal(err):
		return Local
	case isNetwork(err):
		return Network
	}
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok || errors.Is(err, wire.ErrProtocol) {
		return Protocol
	}
	return Unknown
}

func isTLS(err error) bool {
	var (
		untrusted *CertificateError
		downgrade *DowngradeError
		plain     *PlainError
		record    tls.RecordHeaderError
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	alert, _ := remoteAlert(err)
	return errors.As(err, &untrusted) || errors.As(err, &downgrade) || errors.As(err, &plain) ||
		errors.As(err, &record) || refuses(alert) || errors.Is(err, wire.ErrClientCert) || errors.As(err, &verify) ||
		errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &invalid)
}

// isLocal reports errors of our own file system. The net package never makes
// these types, and gives its deadlines as a net.OpError.
func isLocal(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(err, &path) || errors.As(err, &link) {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return false
	}
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrPermission) ||
		errors.Is(err, fs.ErrClosed) || errors.Is(err, syscall.EROFS) || errors.Is(err, io.ErrShortWrite)
}

func isNetwork(err error) bool {
	var op net.Error
	var number syscall.Errno
	return errors.As(err, &op) || errors.Is(err, wire.ErrStall) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.ErrClosedPipe) || errors.As(err, &number)
}

// escape makes a server's words safe for screens and logs: what is not
// printable becomes a Go escape, as a terminal would obey it.
func escape(s string) string {
	var b strings.Builder
	for _, r := range strings.TrimRight(s, "\r\n") {
		switch {
		case r == '\n', unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// hasCause reports whether err is a reply with the given cause.
func hasCause(err error, c cause) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code != 0 && causeOf(e.Step, e.Code, e.Text) == c
}
