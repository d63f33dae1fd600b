package main

import (
	"strings"
	"testing"

	"longshore/transfer/ftptest"
)

func TestUsage(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	for _, c := range []struct {
		words string
		args  []string
	}{
		{"no command", nil},
		{"no command \"frob\"", []string{"frob"}},
		{"ls [-a] [-R] [--name PATTERN] PLACE", []string{"ls"}},
		{"ls [-a] [-R] [--name PATTERN] PLACE", []string{"ls", b.url("/"), b.url("/")}},
		{"unknown flag", []string{"ls", "--frob", b.url("/")}},
		{"--recursive is not for ls", []string{"ls", "-r", b.url("/")}},
		{"is no place", []string{"ls", "/tmp"}},
		{"no saved site \"nowhere\"", []string{"ls", "nowhere:/x"}},
		{"is SSH", []string{"ls", "sftp://host/x"}},
		{"65535", []string{"ls", "ftp://host:99999/"}},
		{"--exists is one of", []string{"get", "--exists", "maybe", b.url("/a"), "."}},
		{"--limit", []string{"get", "--limit", "fast", b.url("/a"), "."}},
		{"--sessions", []string{"get", "--sessions", "21", b.url("/a"), "."}},
		{"--tls-max", []string{"ls", "--tls-max", "1.1", b.url("/")}},
		{"exclude", []string{"ls", "-q", "-v", b.url("/")}},
		{"64 hexadecimal", []string{"ls", "--pin", "abc", b.url("/")}},
		{"not octal", []string{"chmod", "rwx", b.url("/a")}},
		{"everything on the server", []string{"rm", "-r", b.url("/")}},
		{"not the same server", []string{"mv", b.url("/a"), "ftp://other.example/b"}},
		{"sites ls", []string{"sites", "frob"}},
		{"sites ls", []string{"sites", "add", "x"}},
	} {
		b.want(exitUsage, []string{c.words, "--help"}, c.args...)
	}
	if n, _, _ := b.server.Sessions(); n != 0 {
		t.Errorf("%d sessions for wrong usage", n)
	}
}

func TestHelp(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	for _, args := range [][]string{{"--help"}, {"help"}, {"get", "-h"}} {
		o := b.ok(args...)
		for _, cmd := range commands {
			if !strings.Contains(o.out, cmd.usage) {
				t.Errorf("%q does not name %q", args, cmd.usage)
			}
		}
		for _, flag := range []string{"--password-stdin", "--pin", "--exists", "--json"} {
			if !strings.Contains(o.out, flag) {
				t.Errorf("%q does not name %s", args, flag)
			}
		}
	}
}

func TestParseRate(t *testing.T) {
	for in, want := range map[string]int64{"": 0, "1000": 1000, "500K": 500 << 10, "500k": 500 << 10, "2M": 2 << 20,
		"1.5MiB": 3 << 19, "1G/s": 1 << 30, "2MB": 2 << 20, "0": -1, "-1": -1, "x": -1, "K": -1, "1T": -1, "NaN": -1, "Inf": -1} {
		got, err := parseRate(in)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, %v, want %d", in, got, err, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 1 << 20: "1.0 MiB", 5 << 30: "5.0 GiB", 1<<63 - 1: "8.0 EiB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
