package ftptest

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func write(t *testing.T, s *Server, name, data string) {
	t.Helper()
	p := filepath.Join(s.Root(), name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s *Server, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.Root(), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func modes() map[string]Options {
	return map[string]Options{
		"plain":         {},
		"explicit 1.2":  {TLS: ExplicitTLS, TLSMax: tls.VersionTLS12},
		"explicit 1.3":  {TLS: ExplicitTLS, RequireTLS: true},
		"implicit":      {TLS: ImplicitTLS},
		"reuse proftpd": {TLS: ExplicitTLS, Reuse: ReuseProFTPD},
		"reuse vsftpd":  {TLS: ExplicitTLS, Reuse: ReuseVSFTPD},
		"reuse 1.2":     {TLS: ExplicitTLS, Reuse: ReuseProFTPD, TLSMax: tls.VersionTLS12},
	}
}

func TestTransfers(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 100_000)
	for name, o := range modes() {
		t.Run(name, func(t *testing.T) {
			s := start(t, o)
			c := login(t, s)
			for _, data := range []string{"", "x", big} {
				if code := c.put(data, "STOR a b"); code != 226 {
					t.Fatalf("STOR of %d bytes: %d", len(data), code)
				}
				if read(t, s, "a b") != data {
					t.Fatalf("%d bytes did not arrive", len(data))
				}
				if got, code := c.get("RETR a b"); code != 226 || got != data {
					t.Fatalf("RETR of %d bytes: %d, %d bytes", len(data), code, len(got))
				}
			}
			c.cmd(213, "SIZE a b")
			c.cmd(221, "QUIT")
		})
	}
}

func TestResume(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		cmd  string
		rest int
		want string
	}{
		{"middle keeps the tail", Options{}, "STOR f", 4, "0123XY6789"},
		{"at the end", Options{}, "STOR f", 10, "0123456789XY"},
		{"beyond leaves a hole", Options{}, "STOR f", 12, "0123456789\x00\x00XY"},
		{"pure-ftpd cuts", Options{RestCutsTail: true}, "STOR f", 4, "0123XY"},
		{"pure-ftpd clamps", Options{RestClamps: true}, "STOR f", 12, "0123456789XY"},
		{"no rest", Options{}, "STOR f", 0, "XY"},
		{"append", Options{}, "APPE f", 0, "0123456789XY"},
		{"goftp's append", Options{AppeReplaces: true}, "APPE f", 0, "XY"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, tt.o)
			write(t, s, "f", "0123456789")
			c := login(t, s)
			if tt.rest > 0 {
				c.cmd(350, "REST %d", tt.rest)
			}
			if code := c.put("XY", "%s", tt.cmd); code != 226 {
				t.Fatal(code)
			}
			if got := read(t, s, "f"); got != tt.want {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRestartedDownload(t *testing.T) {
	s := start(t, Options{})
	write(t, s, "f", "0123456789")
	c := login(t, s)
	c.cmd(350, "REST 7")
	if got, _ := c.get("RETR f"); got != "789" {
		t.Fatalf("got %q", got)
	}
	c.cmd(350, "REST 10")
	if got, _ := c.get("RETR f"); got != "" {
		t.Fatalf("at the end: got %q", got)
	}
	c.cmd(350, "REST 11")
	c.open()
	c.cmd(554, "RETR f")
	if got, _ := c.get("RETR f"); got != "0123456789" {
		t.Fatalf("the refused REST stayed: got %q", got)
	}
}

func TestTreeCommands(t *testing.T) {
	s := start(t, Options{})
	c := login(t, s)
	c.cmd(257, "MKD a \"b\"")
	c.cmd(550, "MKD a \"b\"")
	c.cmd(250, "CWD a \"b\"")
	if got := c.cmd(257, "PWD"); !strings.HasPrefix(got, `257 "/a ""b""" `) {
		t.Fatalf("PWD: %q", got)
	}
	c.put("hello", "STOR f")
	c.cmd(250, "CDUP")
	c.cmd(550, "RMD a \"b\"")
	c.cmd(550, "DELE a \"b\"")
	c.cmd(550, "RMD a \"b\"/f")
	c.cmd(350, "RNFR a \"b\"/f")
	c.cmd(250, "RNTO g")
	c.cmd(503, "RNTO h")
	c.cmd(250, "RMD a \"b\"")
	c.cmd(550, "SIZE /")
	c.cmd(550, "RETR nothing")
	c.cmd(553, "STOR nowhere/f")
	c.cmd(200, "SITE CHMOD 600 g")
	if got := c.cmd(250, "MLST g"); !strings.Contains(got, "size=5;") || !strings.Contains(got, "UNIX.mode=0600;") || !strings.Contains(got, " /g\r\n") {
		t.Fatalf("MLST: %q", got)
	}
	if got := c.cmd(211, "FEAT"); !strings.Contains(got, "\r\n MLST type*;") {
		t.Fatalf("FEAT: %q", got)
	}
	c.cmd(250, "DELE g")
	c.cmd(500, "NOSUCH")
}

func TestNothingLeavesTheTree(t *testing.T) {
	outside := t.TempDir()
	s := start(t, Options{})
	if err := os.Symlink(outside, filepath.Join(s.Root(), "out")); err != nil {
		t.Fatal(err)
	}
	c := login(t, s)
	c.cmd(250, "CWD ../../..")
	if got := c.cmd(257, "PWD"); !strings.HasPrefix(got, `257 "/" `) {
		t.Fatalf("PWD: %q", got)
	}
	c.cmd(550, "CWD out")
	c.send("STOR out/f")
	if code, text := c.reply(); code < 500 {
		t.Fatal(text)
	}
	c.cmd(550, "MKD out/d")
	if left, _ := os.ReadDir(outside); len(left) != 0 {
		t.Fatal("something was made outside")
	}
}

func TestTimes(t *testing.T) {
	s := start(t, Options{ClockOffset: 3 * time.Hour})
	write(t, s, "f", "x")
	c := login(t, s)
	set := func(cmd string, code int, want time.Time) {
		t.Helper()
		c.cmd(code, "%s", cmd)
		info, err := os.Stat(filepath.Join(s.Root(), "f"))
		if err != nil || !info.ModTime().Equal(want) {
			t.Fatalf("%s: %v %v", cmd, info.ModTime(), err)
		}
		if got := c.cmd(213, "MDTM f"); got != "213 "+want.Format(stamp)+"\r\n" {
			t.Fatalf("MDTM: %q", got)
		}
	}
	day := func(d int) time.Time { return time.Date(2020, 2, d, 3, 4, 5, 0, time.UTC) }
	set("MFMT 20200201030405 f", 213, day(1))
	set("MDTM 20200202030405 f", 213, day(2))
	set("SITE UTIME 20200203030405 f", 200, day(3))
	set("SITE UTIME 202002040304 f", 200, day(4).Add(-5*time.Second))
	set("SITE UTIME f 20200205030405 20200205030405 20200205030405 UTC", 200, day(5))
	recent := time.Now().UTC().Truncate(time.Minute).Add(-time.Hour)
	set("MFMT "+recent.Format(stamp)+" f", 213, recent)
	got, _ := c.get("LIST")
	if want := recent.Add(3*time.Hour).Format("Jan _2 15:04") + " f\r\n"; !strings.HasSuffix(got, want) {
		t.Fatalf("LIST: %q, want %q", got, want)
	}
	if got, _ := c.get("MLSD"); !strings.Contains(got, "modify="+recent.Format(stamp)+";") {
		t.Fatalf("MLSD: %q", got)
	}
	c.cmd(501, "MFMT yesterday f")
	c.cmd(550, "MFMT 20200201030405 g")
}

func TestListings(t *testing.T) {
	s := start(t, Options{})
	write(t, s, ".hidden", "1")
	write(t, s, "dir/f", "1")
	write(t, s, "z", "12345")
	if err := os.Symlink("z", filepath.Join(s.Root(), "link")); err != nil {
		t.Fatal(err)
	}
	c := login(t, s)
	tests := []struct {
		cmd       string
		want, not []string
	}{
		{"LIST", []string{"drwxr-xr-x ", " dir\r\n", "link -> z\r\n", " 5 "}, []string{".hidden"}},
		{"LIST -a", []string{" .hidden\r\n"}, nil},
		{"LIST -la dir", []string{" f\r\n"}, []string{"link"}},
		{"NLST", []string{"dir\r\nlink\r\nz\r\n"}, []string{".hidden"}},
		{"MLSD", []string{"type=cdir;", "type=pdir;", "type=OS.unix=slink:z;", "type=dir;", "type=file;size=5;", " .hidden\r\n"}, nil},
	}
	for _, tt := range tests {
		got, code := c.get("%s", tt.cmd)
		if code != 226 {
			t.Fatal(tt.cmd, code)
		}
		for _, w := range tt.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q has no %q", tt.cmd, got, w)
			}
		}
		for _, w := range tt.not {
			if strings.Contains(got, w) {
				t.Errorf("%s: %q has %q", tt.cmd, got, w)
			}
		}
	}
	if got := c.cmd(213, "STAT dir"); !strings.Contains(got, " f\r\n") {
		t.Errorf("STAT: %q", got)
	}
	c.cmd(550, "MLSD nothing")
	c.cmd(550, "LIST nothing")
}

func TestDigests(t *testing.T) {
	s := start(t, Options{})
	write(t, s, "a b", "hello world")
	write(t, s, "n 5", "other")
	c := login(t, s)
	has := func(got, want string) {
		t.Helper()
		if !strings.Contains(got, want) {
			t.Fatalf("%q has no %q", got, want)
		}
	}
	has(c.cmd(213, "HASH a b"), "213 SHA-256 0-11 b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9 a b")
	c.cmd(200, "OPTS HASH MD5")
	has(c.cmd(211, "FEAT"), " HASH CRC32;MD5*;SHA-1;SHA-256;SHA-512\r\n")
	has(c.cmd(213, "HASH a b"), "5eb63bbbe01eeed093cb22bb8f5acdc3")
	c.cmd(350, "RANG 0 4")
	has(c.cmd(213, "HASH a b"), "5d41402abc4b2a76b9719d911017c592")
	has(c.cmd(250, "XCRC a b"), "250 0D4A1185")
	has(c.cmd(250, `XMD5 "a b" 0 5`), "5D41402ABC4B2A76B9719D911017C592")
	has(c.cmd(250, "XMD5 n 5"), "795F3202B17CB6BC3D4B771D8C6C9EAF")
	c.cmd(550, "XSHA1 nothing")
}

func TestManySessions(t *testing.T) {
	s := start(t, Options{TLS: ExplicitTLS, Reuse: ReuseProFTPD})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			c := login(t, s)
			for j := range 10 {
				data := strings.Repeat("x", 1000*i+j)
				if c.put(data, "STOR f-%d-%d", i, j) != 226 {
					t.Error("STOR failed")
				}
				if got, _ := c.get("RETR f-%d-%d", i, j); got != data {
					t.Error("RETR differs")
				}
			}
		})
	}
	wg.Wait()
	if _, most, total := s.Sessions(); most < 2 || total != 8 {
		t.Fatalf("most %d, total %d", most, total)
	}
}

func TestLogLeavesPasswordsOut(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	s := start(t, Options{Users: map[string]string{"me": "geheim"}, Account: "konto", Log: func(_ int, l string) {
		mu.Lock()
		seen = append(seen, l)
		mu.Unlock()
	}})
	c := dial(t, s)
	c.want(220)
	c.cmd(331, "USER me")
	c.cmd(530, "PASS falsch")
	c.cmd(331, "USER me")
	c.cmd(332, "PASS geheim")
	c.cmd(230, "ACCT konto")
	mu.Lock()
	defer mu.Unlock()
	all := fmt.Sprint(seen, s.Commands())
	if strings.Contains(all, "geheim") || strings.Contains(all, "konto") || strings.Contains(all, "falsch") || !strings.Contains(all, "USER me") {
		t.Fatal(all)
	}
}
