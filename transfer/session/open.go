package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/textproto"
	"net/url"
	"os"
	"strings"

	"github.com/jlaffaye/ftp"

	"longshore/transfer/wire"
)

// Open dials, protects the connection as the Target says, and logs in. Its
// errors are an *Error; a *CertificateError, *PlainError, *DowngradeError or
// ErrNoPassword is found inside by errors.As or errors.Is.
func Open(ctx context.Context, t Target, env *Env) (*Session, error) {
	if env == nil {
		env = &Env{}
	}
	s := &Session{target: t, env: env, number: int(numbers.Add(1))}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// connect makes the connection new; Open and the step down to TLS 1.2 use it.
// Where a login whose commands went out together came to no end, the server may
// not be what it calls itself, or somebody in between reads along: it is tried
// once more, word by word.
func (s *Session) connect(ctx context.Context) error {
	s.hasty = false
	err := s.connectOnce(ctx)
	if err == nil || !s.hasty || ctx.Err() != nil {
		return err
	}
	s.note("The login came to no end; trying it word by word")
	s.careful = true
	if again := s.connectOnce(ctx); again != nil {
		return again
	}
	s.learn(func(l *Learned) { l.EarlyEPSV, l.NoEarlyEPSV = false, true })
	return nil
}

func (s *Session) connectOnce(ctx context.Context) error {
	if ctx.Err() != nil {
		return &Error{Kind: Cancelled, Step: "dial", Dead: true, Err: context.Cause(ctx)}
	}
	cfg, err := s.config(ctx)
	if err != nil {
		return s.unopened(ctx, "dial", err)
	}
	ctl, err := wire.Connect(ctx, cfg)
	if err != nil { // an old connection stays, for Close
		return s.unopened(ctx, "dial", err)
	}
	s.ctl = ctl
	end := s.ctl.Begin(ctx)
	defer end()
	if err = guard(func() error { return s.login(ctx) }); err != nil {
		e := s.unopened(ctx, "login", err)
		s.hasty = s.hasty && s.ctl.Err() != nil
		s.ctl.Close()
		return e
	}
	s.ctl.Settle()
	s.ctl.AllowEarly(s.bearsEarly())
	s.ctl.EndFirst(s.isSoftware("ProFTPD"))
	s.remember()
	if _, secure := s.ctl.Secure(); secure && !s.doubted.Load() && s.env.Vouched != nil {
		s.env.Vouched(s.target)
	}
	return nil
}

// unopened is the error of a connection that never was.
func (s *Session) unopened(ctx context.Context, step string, err error) *Error {
	var st *wire.StepError
	var refused *wire.ReplyError
	switch {
	case errors.As(err, &st):
		step = st.Step
	case errors.As(err, &refused):
		step = refused.Step
	}
	e := s.errorOf(step, "", err)
	if cause := context.Cause(ctx); cause != nil {
		e.Kind, e.Err = endKind(cause), cause
	}
	e.Dead = true
	s.problem(e)
	return e
}

// config is what the wire needs to know of the Target and of what was learned.
func (s *Session) config(ctx context.Context) (wire.Config, error) {
	t, known := s.target, s.learned()
	cfg := wire.Config{
		Host: t.Host, Port: t.PortOrDefault(), Timeout: s.timeout(), Far: s.env.Far, Account: t.Account,
		Mode: wire.Mode(t.Data), Prefer: wire.Mode(known.Data), TrustPASVHost: t.TrustPASVHost,
		ModeWorked:  func(m wire.Mode) { s.learn(func(l *Learned) { l.Data = DataMode(m) }) },
		EarlyFailed: func() { s.learn(func(l *Learned) { l.EarlyEPSV, l.NoEarlyEPSV = false, true }) },
		Security: map[Security]wire.Security{ExplicitTLS: wire.Explicit, ImplicitTLS: wire.Implicit,
			PlainFTP: wire.Plain, TLSIfOffered: wire.IfOffered}[t.Security],
	}
	if s.env.Log != nil {
		cfg.Log = func(d wire.Dir, text string) { s.log(LineDir(d), text) }
	}
	cfg.TLS = wire.TLS{ServerName: t.Host, Roots: s.env.Roots, Distrusted: s.distrusted}
	if s.tls12 = s.tls12 || t.TLSMax == "1.2" || known.TLS12; s.tls12 {
		cfg.TLS.Max = tls.VersionTLS12
	}
	if t.ClientCert != "" {
		pair, err := clientCertificate(t.ClientCert)
		if err != nil {
			return cfg, err
		}
		cfg.TLS.Certificates = []tls.Certificate{pair}
	}
	return cfg, s.proxy(ctx, &cfg)
}

func clientCertificate(file string) (tls.Certificate, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return tls.Certificate{}, &wire.LocalError{Err: err}
	}
	pair, err := tls.X509KeyPair(data, data)
	if err != nil {
		return pair, &Error{Kind: Local, Step: "client certificate", Path: file, Err: err}
	}
	return pair, nil
}

func (s *Session) proxy(ctx context.Context, cfg *wire.Config) (err error) {
	var u *url.URL
	switch s.target.Proxy {
	case "":
		return nil
	case "system":
		u, err = wire.SystemProxy(s.target.Host, os.Getenv)
	default:
		u, err = url.Parse(s.target.Proxy)
	}
	if err != nil || u == nil {
		return err
	}
	password, _ := u.User.Password()
	if password == "" && u.User.Username() != "" && s.env.ProxyPassword != nil {
		if password, err = s.env.ProxyPassword(ctx, s.target.Proxy); err != nil {
			return err
		}
	}
	cfg.Proxied = true
	cfg.Dial, err = wire.NewProxy(u, password)
	return err
}

// distrusted asks about a certificate that the roots do not vouch for.
func (s *Session) distrusted(chain []*x509.Certificate, reason error) error {
	s.doubted.Store(true)
	c := describe(s.target, chain, reason)
	if s.env.Trusted != nil && s.env.Trusted(s.target, c) {
		return nil
	}
	return &CertificateError{Certificate: c}
}

func (s *Session) login(ctx context.Context) error {
	_, secure := s.ctl.Secure()
	if err := s.mayBePlain(secure); err != nil {
		return err
	}
	password, err := s.password(ctx)
	if err != nil {
		return err
	}
	options := []ftp.DialOption{ftp.DialWithDialFunc(s.ctl.DialFunc)}
	if secure {
		// The library takes this for implicit TLS and sends PBSZ and PROT (RFC 4217 §9).
		options = append(options, ftp.DialWithTLS(&tls.Config{ServerName: s.target.Host}))
	}
	if s.charset() != "" {
		options = append(options, ftp.DialWithDisabledUTF8(true))
	}
	user := s.target.User
	if s.target.Anonymous() {
		user = "anonymous"
	}
	s.pipeline(secure, user, password)
	if s.lib, err = ftp.Dial(s.target.Addr(), options...); err != nil {
		return err
	}
	if err := s.lib.Login(user, password); err != nil {
		return s.loginError(err)
	}
	return s.settle()
}

// pipeline lets servers known to bear it have all commands of the login at once,
// in the library's order, and PWD, which settle asks for. pyftpdlib gets the
// password only when it asks.
func (s *Session) pipeline(secure bool, user, password string) {
	name, _, _ := strings.Cut(softwareOf(s.ctl.Greeting().Text()), " ")
	if s.careful || s.learned().NoEarlyEPSV || name != "pyftpdlib" && !takesAhead(name) {
		return
	}
	lines := []string{"FEAT", "TYPE I"}
	if s.charset() == "" {
		lines = append(lines, "OPTS UTF8 ON")
	}
	if secure {
		lines = append(lines, "PBSZ 0", "PROT P")
	}
	s.hasty = takesAhead(name) && s.target.Account == ""
	if s.hasty && (secure || s.target.Anonymous()) { // else a server that wants TLS refuses USER in time
		lines = append([]string{"USER " + user, "PASS " + password}, lines...)
	}
	lines = append(lines, "PWD")
	if port := s.ctl.PortCommand(); s.hasty && port != "" {
		lines = append(lines, port)
	}
	s.ctl.PipelineLogin(lines...)
}

// loginError keeps the code of a refusal: the library drops it after USER.
func (s *Session) loginError(err error) error {
	last := s.ctl.Last()
	if s.ctl.Err() == nil && last.Code >= 300 {
		return &wire.ReplyError{Step: "login", Reply: last}
	}
	return err
}

// mayBePlain refuses to send a password over a connection without TLS that
// had TLS before, or that nobody allowed to be plain.
func (s *Session) mayBePlain(secure bool) error {
	t := s.target
	switch {
	case secure:
		return nil
	case t.Security == TLSIfOffered && s.learned().TLSSeen:
		return &Error{Kind: TLS, Step: "auth", Err: &DowngradeError{Host: t.Host}}
	case !t.Anonymous() && s.env.AllowPlain != nil && !s.env.AllowPlain(t):
		return &Error{Kind: TLS, Step: "auth", Err: &PlainError{Host: t.Host}}
	}
	return nil
}

func (s *Session) password(ctx context.Context) (string, error) {
	if s.target.Anonymous() {
		return "anonymous@", nil
	}
	if s.env.Password == nil {
		return "", ErrNoPassword
	}
	return s.env.Password(ctx, s.target)
}

// isReply reports that err is, or holds, a refusal that the library saw.
func isReply(err error) bool {
	var r *textproto.Error
	return errors.As(err, &r)
}

// settle finds out where we are.
func (s *Session) settle() error {
	s.cwd, s.hash = "", ""
	home := "/"
	if _, err := s.lib.CurrentDir(); err == nil {
		home = parsePWD(s.ctl.Last().First())
	} else if s.ctl.Err() != nil {
		return err
	}
	if err := s.ctl.KeepPort(); err != nil {
		return err
	}
	if err := s.askSystem(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.home = home
	s.info = s.inform()
	return nil
}

// askSystem asks once what a server is that does not say so in its greeting.
func (s *Session) askSystem() error {
	s.system = ""
	if s.env.Memory == nil || softwareOf(s.ctl.Greeting().Text()) != "" || s.learned().Software != "" {
		return nil
	}
	if r, err := s.command("login", "SYST"); err == nil {
		s.system = escape(clipText(r.First(), 80))
	}
	return s.ctl.Err()
}

func clipText(s string, n int) string { return s[:min(len(s), n)] }

// parsePWD takes the path out of 257 "path" (RFC 959 app. II). A doubled
// quote stands for one, but not all servers double: it is undoubled only where
// all quotes in the path come in pairs.
func parsePWD(text string) string {
	start := strings.IndexByte(text, '"')
	if start < 0 {
		return "/"
	}
	rest := text[start+1:]
	end := closingQuote(rest)
	if end < 0 {
		return "/"
	}
	path := rest[:end]
	if undoubled := strings.ReplaceAll(path, `""`, `"`); strings.ReplaceAll(undoubled, `"`, `""`) == path {
		path = undoubled
	}
	if !strings.HasPrefix(path, "/") || checkPath(path) != nil {
		return "/"
	}
	return path
}

// closingQuote finds the quote that ends the path: the first that is not
// doubled and is followed by a blank or the end; else the last one.
func closingQuote(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		if i+1 == len(s) || s[i+1] == ' ' {
			return i
		}
	}
	return strings.LastIndexByte(s, '"')
}
