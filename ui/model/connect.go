package model

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"longshore/sites"
	"longshore/transfer/session"
)

// Quick is what the quick-connect bar holds.
type Quick struct {
	Security session.Security
	Host     string // also a whole address, ftps://user@host:port/path
	User     string
	Password string
	Port     string
}

// Parse turns the bar into a Target, a folder and a password, or says what is
// wrong with it.
func (k Quick) Parse() (t session.Target, dir, password string, err error) {
	host := strings.TrimSpace(k.Host)
	if host == "" {
		return t, "", "", fmt.Errorf("type a server's name first")
	}
	if strings.Contains(host, "://") {
		t, dir, password, err = session.ParsePlace(host)
		if err != nil {
			return t, "", "", err
		}
	} else {
		t.Host, dir, _ = strings.Cut(host, "/")
		if dir != "" {
			dir = "/" + dir
		}
		t.Security = k.Security
		if h, p, splitErr := net.SplitHostPort(t.Host); splitErr == nil {
			t.Host = h
			k.Port = p
		}
	}
	if k.User != "" {
		t.User = strings.TrimSpace(k.User)
	}
	if k.Password != "" {
		password = k.Password
	}
	if port := strings.TrimSpace(k.Port); port != "" && t.Port == 0 {
		n, err := strconv.Atoi(port)
		if err != nil || n < 1 || n > 65535 {
			return t, "", "", fmt.Errorf("%q is not a port between 1 and 65535", port)
		}
		if n != (session.Target{Security: t.Security}).PortOrDefault() {
			t.Port = n
		}
	}
	probe := sites.NewSite("x", t.Host)
	probe.User, probe.Logon = t.User, sites.AskLogon
	if t.User == "" {
		probe.Logon = sites.Anonymous
	}
	return t, dir, password, probe.Check()
}

// QuickConnect goes where the bar says.
func (a *App) QuickConnect(k Quick) error {
	t, dir, password, err := k.Parse()
	if err != nil {
		return err
	}
	if password != "" && a.deps.Passwords != nil {
		a.deps.Passwords.Type(t, password)
	}
	a.Connect(t, sites.Site{}, dir)
	return nil
}

// SiteFromTab is a site for the active tab's connection, to be saved.
func (a *App) SiteFromTab() (sites.Site, bool) {
	t := a.Tab()
	if t == nil || t.Target.Host == "" {
		return sites.Site{}, false
	}
	if s, ok := a.siteOf(t.Target.Site); ok {
		return s, true
	}
	s := sites.NewSite(t.Target.Host, t.Target.Host)
	s.Port, s.Security, s.User = t.Target.Port, t.Target.Security, t.Target.User
	if !t.Target.Anonymous() {
		s.Logon = sites.AskLogon
	}
	s.RemoteDir, s.LocalDir = t.Remote.Dir, t.Local.Dir
	return s, true
}
