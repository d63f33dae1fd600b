package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"longshore/sites"
	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

const (
	demoName   = "Demo server"
	demoFolder = "/var/www/html"
	// demoRate makes the demo's files take long enough to be watched: what
	// moves on one machine alone would be over before the bar is drawn.
	demoRate = 24 << 20
)

// demo is a server inside the program, with folders to play with on both
// sides. They are made once and kept, so that a queue that was interrupted
// goes on at the next start.
type demo struct {
	server *ftptest.Server
	site   sites.Site
}

func startDemo(dir string, book *sites.Book, known *sites.KnownServers, settings *sites.SettingsFile) (*demo, error) {
	root, local := filepath.Join(dir, "server"), filepath.Join(dir, "website")
	if err := makeOnce(root, serverTree); err != nil {
		return nil, err
	}
	if err := makeOnce(local, localTree); err != nil {
		return nil, err
	}
	certificate, err := ftptest.NewCertificate(ftptest.CertOptions{})
	if err != nil {
		return nil, err
	}
	server, err := startServer(dir, root, certificate)
	if err != nil {
		return nil, err
	}
	d := &demo{server: server}
	if err := d.introduce(book, known, settings, certificate, local); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// startServer takes the port of the last time, which the queue remembers, if
// it is still free.
func startServer(dir, root string, c tls.Certificate) (*ftptest.Server, error) {
	note := filepath.Join(dir, "port")
	o := ftptest.Options{Root: root, TLS: ftptest.ExplicitTLS, RequireTLS: true, Certificate: &c, Home: demoFolder,
		Rate: demoRate, Greeting: "220 Longshore demo server"}
	if port, err := os.ReadFile(note); err == nil {
		o.Addr = net.JoinHostPort("127.0.0.1", strings.TrimSpace(string(port)))
		if server, err := ftptest.Start(o); err == nil {
			return server, nil
		}
	}
	o.Addr = ""
	server, err := ftptest.Start(o)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(note, []byte(strconv.Itoa(server.Port())), 0o600); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return server, nil
}

// introduce makes the server known: as a saved site, and with a certificate
// that is trusted for as long as this program runs, since this program made it.
func (d *demo) introduce(book *sites.Book, known *sites.KnownServers, settings *sites.SettingsFile, c tls.Certificate, local string) error {
	s, err := book.FindByName(demoName)
	if err != nil {
		s = sites.NewSite(demoName, d.server.Host())
		s.RemoteDir, s.LocalDir = demoFolder, local
		s.Comment = "A server inside this program, for trying things out"
	}
	s.Host, s.Port = d.server.Host(), d.server.Port()
	if d.site, err = book.Put(s); err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		return err
	}
	if err := known.Trust(session.Certificate{Host: s.Host, Port: s.Port, SHA256: sha256Hex(leaf.Raw),
		SPKI: sha256Hex(leaf.RawSubjectPublicKeyInfo), Subject: leaf.Subject.String(), Issuer: leaf.Issuer.String(),
		NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter}, false); err != nil {
		return err
	}
	return settings.Change(func(x *sites.Settings) {
		if x.Panes.LocalDir == "" {
			x.Panes.LocalDir, x.Theme, x.Hidden = local, "dark", true
		}
	})
}

func (d *demo) close() {
	if err := d.server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "longshore: demo server:", err)
	}
}
