package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

func TestLogFileTurns(t *testing.T) {
	dir := t.TempDir()
	const size = 1000
	l := newLogFile(dir, size)
	for i := range 100 {
		l.add(session.Line{At: time.Unix(0, 0), Session: 1, Dir: session.Sent, Text: fmt.Sprintf("NOOP %d", i)})
	}
	l.close()
	l.add(session.Line{Text: "after the end"})
	var text string
	for _, name := range []string{logOlder, logName} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > size || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has %d bytes and mode %v", name, len(data), info.Mode())
		}
		text += string(data)
	}
	if !strings.HasSuffix(text, "[1] > NOOP 99\n") {
		t.Errorf("the end is %q", text[max(0, len(text)-60):])
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

func TestLogFileGoesOn(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		l := newLogFile(dir, 1000)
		l.add(session.Line{Text: "begun"})
		l.close()
	}
	data, err := os.ReadFile(filepath.Join(dir, logName))
	if err != nil || strings.Count(string(data), "begun\n") != 2 {
		t.Errorf("%q, %v", data, err)
	}
}

// TestLogFileHasNoPassword logs in at a server, with a wrong password first,
// and reads the file.
func TestLogFileHasNoPassword(t *testing.T) {
	const password = "h0rse battery 77"
	server, err := ftptest.Start(ftptest.Options{Root: t.TempDir(), Users: map[string]string{"anna": password}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	e, err := openEngine(options{state: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	target := session.Target{Host: server.Host(), Port: server.Port(), Security: session.PlainFTP, User: "anna"}
	if err := e.known.AllowPlain(target, false); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"wr0ng-" + password, password} {
		e.secrets.Type(target, word)
		b := e.deps().Open(target)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		_, _, err = b.Connect(ctx)
		cancel()
		b.Close()
	}
	e.close()
	data, readErr := os.ReadFile(filepath.Join(e.paths.LogDir(), logName))
	if readErr != nil {
		t.Fatal(readErr)
	}
	if err != nil || !strings.Contains(string(data), "PASS") {
		t.Fatalf("login: %v\n%s", err, data)
	}
	for _, part := range []string{"h0rse", "battery"} {
		if strings.Contains(string(data), part) {
			t.Errorf("a part of the password is in the log:\n%s", data)
		}
	}
}
