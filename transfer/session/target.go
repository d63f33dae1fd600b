package session

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Security says how the control connection is protected.
type Security string

// The ways to reach a server. There is no way from a TLS one to a plain one
// but the user's own choice.
const (
	ExplicitTLS  Security = "ftpes"              // AUTH TLS required (RFC 4217)
	TLSIfOffered Security = "ftpes-if-available" // AUTH TLS, plain only where the server never had it
	ImplicitTLS  Security = "ftps"               // TLS from the first byte, port 990
	PlainFTP     Security = "ftp"                // never TLS
)

// DataMode says who opens data connections and how; "" is automatic.
type DataMode string

// The data modes: the client dials (RFC 2428 EPSV, RFC 959 PASV) or listens.
const (
	DataAuto   DataMode = ""
	DataEPSV   DataMode = "epsv"
	DataPASV   DataMode = "pasv"
	DataActive DataMode = "active"
)

// ListMode says which command lists a folder; "" is automatic.
type ListMode string

// The listing commands (RFC 3659 MLSD, RFC 959 LIST, and ls's own -a).
const (
	ListAuto ListMode = ""
	ListMLSD ListMode = "mlsd"
	ListLIST ListMode = "list"
	ListAll  ListMode = "list-a"
)

// Target names a server, an account on it and how to reach it. It is plain
// data without secrets: it is stored in the queue's journal.
type Target struct {
	Site          string         `json:"site,omitempty"` // id of the saved site, "" for a quick connection
	Name          string         `json:"name,omitempty"` // what the user calls it, for messages
	Host          string         `json:"host"`
	Port          int            `json:"port,omitempty"` // 0: the usual one of Security
	Security      Security       `json:"security,omitempty"`
	User          string         `json:"user,omitempty"` // "": anonymous
	Account       string         `json:"account,omitempty"`
	Charset       string         `json:"charset,omitempty"` // "": UTF-8 where offered; else an IANA name
	Data          DataMode       `json:"data,omitempty"`
	List          ListMode       `json:"list,omitempty"`
	TrustPASVHost bool           `json:"trust_pasv_host,omitempty"`
	TLSMax        string         `json:"tls_max,omitempty"`      // "" or "1.2"
	ClockOffset   *time.Duration `json:"clock_offset,omitempty"` // of LIST times against UTC; nil: measured
	MaxSessions   int            `json:"max_sessions,omitempty"` // 0: what the queue allows and the server bears
	Proxy         string         `json:"proxy,omitempty"`        // "", "system", socks5://[user@]host:port, http://…
	ClientCert    string         `json:"client_cert,omitempty"`  // a PEM file with certificate and key
}

// Anonymous reports whether the account is the anonymous one (RFC 1635).
func (t Target) Anonymous() bool {
	return t.User == "" || t.User == "anonymous" || t.User == "ftp"
}

// PortOrDefault is the port to dial: 990 for implicit TLS, else 21.
func (t Target) PortOrDefault() int {
	switch {
	case t.Port != 0:
		return t.Port
	case t.Security == ImplicitTLS:
		return 990
	}
	return 21
}

// Addr is host:port as net.Dial wants it.
func (t Target) Addr() string {
	return net.JoinHostPort(strings.Trim(t.Host, "[]"), strconv.Itoa(t.PortOrDefault()))
}

// Key tells whether two Targets may share sessions: all that decides who we
// are and how we are protected is in it (CVE-2023-27535 was a pool key too short).
func (t Target) Key() string {
	user := t.User
	if t.Anonymous() {
		user = "anonymous"
	}
	b := make([]byte, 0, 128) // by hand: a key is made several times for each file
	b = append(append(b, t.Addr()...), '|')
	b = append(append(b, t.Security...), '|')
	b = append(strconv.AppendQuote(b, user), '|')
	b = append(strconv.AppendQuote(b, t.Account), '|')
	b = append(append(b, t.Charset...), '|')
	b = append(append(b, t.Data...), '|')
	b = append(append(b, t.TLSMax...), '|')
	b = append(append(b, t.Proxy...), '|')
	return string(strconv.AppendQuote(b, t.ClientCert))
}

// URL is the place in a form to show and to paste, without secrets.
func (t Target) URL(path string) string {
	u := url.URL{Scheme: t.scheme(), Host: t.Host, Path: path}
	if strings.Contains(t.Host, ":") {
		u.Host = "[" + strings.Trim(t.Host, "[]") + "]"
	}
	if t.Port != 0 && t.Port != (Target{Security: t.Security}).PortOrDefault() {
		u.Host += ":" + strconv.Itoa(t.Port)
	}
	if !t.Anonymous() {
		u.User = url.User(t.User)
	}
	return u.String()
}

// String names the server for messages: the user's own name or user@host.
func (t Target) String() string {
	switch {
	case t.Name != "":
		return t.Name
	case t.Anonymous():
		return t.Host
	}
	return t.User + "@" + t.Host
}

func (t Target) scheme() string {
	switch t.Security {
	case ExplicitTLS:
		return "ftpes"
	case ImplicitTLS:
		return "ftps"
	case PlainFTP:
		return "ftp+plain"
	}
	return "ftp"
}
