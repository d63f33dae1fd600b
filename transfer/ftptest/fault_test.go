package ftptest

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestGreetingFaults(t *testing.T) {
	t.Run("refused", func(t *testing.T) {
		s := start(t, Options{Faults: []Fault{{Do: Say, On: "GREETING", Text: "421 Too busy.", Times: 1}}})
		c := dial(t, s)
		c.want(421)
		c.want(0)
		login(t, s)
	})
	t.Run("late", func(t *testing.T) {
		s := start(t, Options{Faults: []Fault{{Do: Delayed, On: "GREETING", Delay: 30 * time.Millisecond}}})
		begin := time.Now()
		dial(t, s).want(220)
		if time.Since(begin) < 30*time.Millisecond {
			t.Fatal("it came at once")
		}
	})
	t.Run("absent", func(t *testing.T) {
		s := start(t, Options{Faults: []Fault{{Do: Silence, On: "GREETING"}}})
		c := dial(t, s)
		c.raw.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if code, text := c.reply(); code != 0 || !strings.Contains(text, "timeout") {
			t.Fatal(text)
		}
	})
	t.Run("closed", func(t *testing.T) {
		s := start(t, Options{Faults: []Fault{{Do: DropBefore, On: "GREETING"}}})
		dial(t, s).want(0)
	})
	for _, do := range []Do{EndlessLine, EndlessLines} {
		s := start(t, Options{Faults: []Fault{{Do: do, On: "GREETING"}}})
		c := dial(t, s)
		if n, err := io.CopyN(io.Discard, c.raw, 4<<20); err != nil {
			t.Fatal(n, err)
		}
		c.raw.Close()
	}
}

func TestControlFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault Fault
		code  int
		done  bool // the folder was made
	}{
		{"said before", Fault{Do: Say, Text: "550 No."}, 550, false},
		{"said after", Fault{Do: SayAfter, Text: "200 Fine."}, 200, true},
		{"late", Fault{Do: Late, Delay: 20 * time.Millisecond}, 257, true},
		{"byte by byte", Fault{Do: Trickle, Delay: 100 * time.Microsecond}, 257, true},
		{"dropped before", Fault{Do: DropBefore}, 0, false},
		{"dropped instead", Fault{Do: DropInstead, Hard: true}, 0, true},
		{"dropped after", Fault{Do: DropAfter}, 257, true},
		{"421", Fault{Do: Say, Text: "421 Going away."}, 421, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{})
			c := login(t, s)
			tt.fault.On = "MKD"
			tt.fault.Times = 1
			s.Inject(tt.fault)
			c.cmd(tt.code, "MKD d")
			if _, err := os.Stat(filepath.Join(s.Root(), "d")); (err == nil) != tt.done {
				t.Fatalf("made: %v", err)
			}
			if tt.fault.Do >= DropBefore && tt.fault.Do <= DropAfter || tt.code == 421 {
				c.send("NOOP")
				c.want(0)
			} else {
				c.cmd(200, "NOOP")
			}
			if s.Struck() != 1 {
				t.Fatalf("struck %d times", s.Struck())
			}
		})
	}
}

func TestMissingReplies(t *testing.T) {
	s := start(t, Options{})
	c := login(t, s)
	s.Inject(Fault{Do: Silence, On: "MKD"}, Fault{Do: SilenceAfter, On: "DELE"})
	write(t, s, "f", "x")
	c.send("MKD d")
	c.send("DELE f")
	c.cmd(200, "NOOP") // its reply is the first to come
	if left, _ := os.ReadDir(s.Root()); len(left) != 0 {
		t.Fatal(left)
	}
}

func TestDataFaults(t *testing.T) {
	const size, at = 1 << 20, 300_001
	data := strings.Repeat("0123456789abcdef", size/16)
	tests := []struct {
		name       string
		fault      Fault
		get, put   int // final codes
		gets, puts int // bytes that arrive; -1: at most at
	}{
		{"reset", Fault{Do: ResetData}, 426, 426, -1, at},
		{"reset and 226", Fault{Do: ResetData, Text: "226 Done."}, 226, 226, -1, at},
		{"cut and a lying 226", Fault{Do: CutData}, 226, 226, at, at},
		{"cut and 451", Fault{Do: CutData, Text: "451 Cut."}, 451, 451, at, at},
		{"closed early", Fault{Do: FinishData}, 226, 226, at, at},
		{"stalled a while", Fault{Do: StallData, Delay: 20 * time.Millisecond}, 226, 226, size, size},
		{"control lost", Fault{Do: DropControl}, 0, 0, size, at},
	}
	for _, mode := range []Options{{}, {TLS: ExplicitTLS}} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := start(t, mode)
				tt.fault.At, tt.fault.Times = at, 1
				write(t, s, "f", data)
				c := login(t, s)
				s.Inject(tt.fault)
				got, code := c.get("RETR f")
				if code != tt.get || tt.gets >= 0 && len(got) != tt.gets || len(got) > size || tt.gets < 0 && len(got) > at {
					t.Errorf("RETR: %d, %d bytes", code, len(got))
				}
				c = login(t, s)
				s.Heal()
				s.Inject(tt.fault)
				if code := c.put(data, "STOR g"); code != tt.put {
					t.Errorf("STOR: %d", code)
				}
				if n := len(read(t, s, "g")); n != tt.puts {
					t.Errorf("STOR: %d bytes", n)
				}
			})
		}
	}
}

func TestUploadFaults(t *testing.T) {
	data := strings.Repeat("x", 500_000)
	tests := []struct {
		name  string
		fault Fault
		o     Options
		code  int
		size  int
	}{
		{"swallowed", Fault{Do: LoseData, At: 1000}, Options{}, 226, 1000},
		{"disk full", Fault{Do: FullDisk, At: 1000}, Options{}, 552, 1000},
		{"quota", Fault{Do: Late}, Options{Quota: 300_000}, 552, 300_000},
		{"250 for 226", Fault{Do: SayAfter, On: "STOR", Text: "250 Ok."}, Options{}, 250, 500_000},
		{"at random", Fault{Do: CutData, At: 10, Spread: 1}, Options{}, 226, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Faults = []Fault{tt.fault}
			s := start(t, tt.o)
			c := login(t, s)
			if code := c.put(data, "STOR f"); code != tt.code {
				t.Errorf("code %d", code)
			}
			if n := len(read(t, s, "f")); n != tt.size {
				t.Errorf("%d bytes", n)
			}
		})
	}
}

func TestBadData(t *testing.T) {
	s := start(t, Options{Faults: []Fault{{Do: BadData, At: 3, Times: 1}}})
	write(t, s, "f", "00000000")
	c := login(t, s)
	if got, code := c.get("RETR f"); got != "00010000" || code != 226 {
		t.Fatalf("%q %d", got, code)
	}
	if got, _ := c.get("RETR f"); got != "00000000" {
		t.Fatalf("%q", got)
	}
}

func TestStalledDataEndsWithTheSession(t *testing.T) {
	s := start(t, Options{Faults: []Fault{{Do: StallData, At: 5, On: "RETR"}}})
	write(t, s, "f", "0123456789")
	c := login(t, s)
	conn := c.open()
	c.cmd(150, "RETR f")
	b := make([]byte, 10)
	if n, err := io.ReadFull(conn, b[:5]); n != 5 {
		t.Fatal(n, err)
	}
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, _ := conn.Read(b); n != 0 {
		t.Fatal("it went on")
	}
	// Close, in the cleanup, must not wait for ever.
}

func TestPassiveFaults(t *testing.T) {
	t.Run("dead port", func(t *testing.T) {
		s := start(t, Options{Faults: []Fault{{Do: DeadPort, On: "EPSV"}}})
		c := login(t, s)
		m := epsvPort.FindStringSubmatch(c.cmd(229, "EPSV"))
		if conn, err := net.Dial("tcp", net.JoinHostPort(s.Host(), m[1])); err == nil {
			conn.Close()
			t.Fatal("somebody listens")
		}
		c.cmd(425, "LIST")
	})
	t.Run("mute port", func(t *testing.T) {
		s := start(t, Options{DataTimeout: 20 * time.Millisecond, Faults: []Fault{{Do: MutePort}}})
		c := login(t, s)
		c.open()
		c.cmd(425, "LIST")
	})
	t.Run("wrong host", func(t *testing.T) {
		s := start(t, Options{PASVHost: "10.1.2.3"})
		if got := login(t, s).cmd(227, "PASV"); !strings.Contains(got, "(10,1,2,3,") {
			t.Fatal(got)
		}
	})
	t.Run("refused", func(t *testing.T) {
		s := start(t, Options{Disable: []string{"EPSV", "MLSD", "SIZE"}})
		c := login(t, s)
		c.cmd(502, "EPSV")
		got := c.cmd(211, "FEAT")
		if strings.Contains(got, "MLST") || strings.Contains(got, "SIZE") || strings.Contains(got, "EPSV") || !strings.Contains(got, "EPRT") {
			t.Fatal(got)
		}
	})
	t.Run("parenthesis", func(t *testing.T) {
		s := start(t, Options{Faults: []Fault{{Do: Say, On: "PASV", Text: "227 Entering Passive Mode )1,2,3,4,5,6("}}})
		login(t, s).cmd(227, "PASV")
	})
}

func TestListingFaults(t *testing.T) {
	s := start(t, Options{})
	for _, n := range []string{"a", "b", "c"} {
		write(t, s, n, "x")
	}
	c := login(t, s)
	raw := "-rw-r--r-- 1 a b 5 Jan  1 2020 ../../evil\x00\r\n"
	s.Inject(Fault{Do: TruncateRows, On: "LIST", At: 2, Times: 1})
	if got, code := c.get("LIST"); code != 226 || strings.Count(got, "\n") != 2 {
		t.Fatalf("%d %q", code, got)
	}
	s.Inject(Fault{Do: RawListing, On: "LIST", Text: raw, Times: 1})
	if got, _ := c.get("LIST"); got != raw {
		t.Fatalf("%q", got)
	}
	s.Inject(Fault{Do: ExtraListing, On: "LIST", Text: raw, Times: 1})
	if got, _ := c.get("LIST"); !strings.HasSuffix(got, " c\r\n"+raw) {
		t.Fatalf("%q", got)
	}
	s.Inject(Fault{Do: EndlessListing, On: "MLSD"})
	conn := c.open()
	c.cmd(150, "MLSD")
	if n, err := io.CopyN(io.Discard, conn, 4<<20); err != nil {
		t.Fatal(n, err)
	}
	conn.Close()
	c.want(426)
}

func TestDialects(t *testing.T) {
	t.Run("dos", func(t *testing.T) {
		s := start(t, Options{DOSListing: true})
		write(t, s, "f", "12345")
		if got, _ := login(t, s).get("LIST"); !strings.HasSuffix(got, "M                    5 f\r\n") {
			t.Fatalf("%q", got)
		}
	})
	t.Run("latin-1", func(t *testing.T) {
		s := start(t, Options{Latin1: true})
		c := login(t, s)
		c.put("x", "STOR M\xfcller")
		if read(t, s, "Müller") != "x" {
			t.Fatal("not there")
		}
		if got, _ := c.get("NLST"); got != "M\xfcller\r\n" {
			t.Fatalf("%q", got)
		}
		if got := c.cmd(211, "FEAT"); strings.Contains(got, "UTF8") {
			t.Fatal(got)
		}
	})
	t.Run("single quote", func(t *testing.T) {
		s := start(t, Options{SinglePWD: true})
		if got := login(t, s).cmd(257, "PWD"); strings.Count(got, `"`) != 1 {
			t.Fatal(got)
		}
	})
	t.Run("fake", func(t *testing.T) {
		s := start(t, Options{Fake: map[string][]byte{"../x": []byte("evil")}})
		c := login(t, s)
		c.cmd(213, "SIZE ../x")
		if got, _ := c.get("RETR ../x"); got != "evil" {
			t.Fatal(got)
		}
	})
}

func TestTLSFaults(t *testing.T) {
	t.Run("injected bytes", func(t *testing.T) {
		s := start(t, Options{TLS: ExplicitTLS, Faults: []Fault{{Do: Append, On: "AUTH", Text: "220 evil\r\n"}}})
		c := dial(t, s)
		c.want(220)
		c.cmd(234, "AUTH TLS")
		if c.in.Buffered() == 0 {
			t.Fatal("nothing was injected")
		}
	})
	t.Run("bytes injected by the client", func(t *testing.T) {
		s := start(t, Options{TLS: ExplicitTLS})
		c := dial(t, s)
		c.want(220)
		c.send("AUTH TLS\r\nUSER evil")
		c.want(0)
	})
	t.Run("auth and prot refused", func(t *testing.T) {
		s := start(t, Options{TLS: ExplicitTLS, RequireTLS: true, Faults: []Fault{
			{Do: Say, On: "AUTH", Text: "502 No.", Times: 1}, {Do: Say, On: "PROT", Text: "536 No."}}})
		c := dial(t, s)
		c.want(220)
		c.cmd(502, "AUTH TLS")
		c.cmd(530, "USER anonymous")
		c.cmd(234, "AUTH TLS")
		c.upgrade()
		c.cmd(533, "CCC")
		c.cmd(331, "USER anonymous")
		c.cmd(230, "PASS x")
		c.cmd(200, "PBSZ 0")
		c.cmd(536, "PROT P")
		c.open()
		c.cmd(522, "LIST")
	})
	t.Run("cut upload", func(t *testing.T) {
		for _, strict := range []bool{false, true} {
			s := start(t, Options{TLS: ExplicitTLS, StrictClose: strict})
			c := login(t, s)
			conn := c.open()
			c.cmd(150, "STOR f")
			p := c.protect(conn).(*tls.Conn)
			io.WriteString(p, "hello")
			conn.(*net.TCPConn).CloseWrite()
			if code, _ := c.reply(); code != map[bool]int{false: 226, true: 426}[strict] {
				t.Errorf("strict %v: %d", strict, code)
			}
		}
	})
}

func TestReuseRules(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for rule, code := range map[ReuseRule]int{ReuseFree: 226, ReuseProFTPD: 425, ReuseVSFTPD: 522} {
			s := start(t, Options{TLS: ExplicitTLS, Reuse: rule, TLSMax: version})
			c := login(t, s)
			c.tls = c.tls.Clone()
			c.tls.ClientSessionCache = tls.NewLRUClientSessionCache(4)
			if _, got := c.get("NLST"); got != code {
				t.Errorf("rule %d: %d", rule, got)
			}
			c.send("NOOP")
			if got, _ := c.reply(); (got == 200) != (rule != ReuseVSFTPD) {
				t.Errorf("rule %d: NOOP %d", rule, got)
			}
		}
	}
}

// TestTicketsOfOtherSessions is what makes a cache that several control
// connections share fail on ProFTPD.
func TestTicketsOfOtherSessions(t *testing.T) {
	for rule, code := range map[ReuseRule]int{ReuseProFTPD: 425, ReuseVSFTPD: 226} {
		s := start(t, Options{TLS: ExplicitTLS, Reuse: rule})
		one := login(t, s)
		one.cmd(200, "NOOP")
		two := login(t, s)
		two.tls = one.tls
		if _, got := two.get("NLST"); got != code {
			t.Errorf("rule %d: %d", rule, got)
		}
	}
}

func TestOtherCertificateOnData(t *testing.T) {
	other, err := NewCertificate(CertOptions{Names: []string{"localhost"}})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{TLS: ExplicitTLS, DataCert: &other})
	c := login(t, s)
	conn := c.open()
	c.cmd(150, "NLST")
	if err := c.protect(conn).(*tls.Conn).Handshake(); err == nil {
		t.Fatal("the certificate is the same")
	}
}

func TestCertificates(t *testing.T) {
	for name, o := range map[string]CertOptions{"expired": {Expired: true}, "wrong name": {Names: []string{"elsewhere.example"}}} {
		cert, err := NewCertificate(o)
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, Options{TLS: ImplicitTLS, Certificate: &cert})
		conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{ServerName: "localhost", RootCAs: s.Roots()})
		if err == nil {
			conn.Close()
			t.Errorf("%s: accepted", name)
		}
	}
	own, err := NewCertificate(CertOptions{Names: []string{"me"}, Client: true})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{TLS: ExplicitTLS, ClientCAs: PoolOf(own)})
	for _, certs := range [][]tls.Certificate{nil, {own}} {
		c := dial(t, s)
		c.want(220)
		c.cmd(234, "AUTH TLS")
		c.tls = &tls.Config{ServerName: "localhost", RootCAs: s.Roots(), Certificates: certs}
		c.upgrade()
		c.send("NOOP")
		if code, _ := c.reply(); (code == 200) != (certs != nil) {
			t.Errorf("%d certificates: %d", len(certs), code)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Run("greeting", func(t *testing.T) {
		s := start(t, Options{MaxSessions: 1})
		one := login(t, s)
		two := dial(t, s)
		two.want(421)
		two.want(0)
		one.cmd(221, "QUIT")
		one.want(0)
	})
	t.Run("at PASS", func(t *testing.T) {
		s := start(t, Options{MaxSessions: 1, MaxAtPASS: true})
		one := login(t, s)
		two := dial(t, s)
		two.want(220)
		two.cmd(331, "USER anonymous")
		if got := two.cmd(530, "PASS x"); !strings.Contains(got, "maximum number of clients") {
			t.Fatal(got)
		}
		one.cmd(331, "USER anonymous")
		two.cmd(331, "USER anonymous")
		two.cmd(230, "PASS x")
	})
	t.Run("idle", func(t *testing.T) {
		s := start(t, Options{IdleTimeout: 40 * time.Millisecond})
		c := login(t, s)
		c.want(421)
		c.want(0)
	})
}

func TestActiveMode(t *testing.T) {
	s := start(t, Options{})
	write(t, s, "f", "hello")
	c := login(t, s)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	fetch := func() {
		t.Helper()
		c.send("RETR f")
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if b, _ := io.ReadAll(conn); string(b) != "hello" {
			t.Fatalf("%q", b)
		}
		c.want(150)
		c.want(226)
	}
	c.cmd(200, "EPRT |1|127.0.0.1|%d|", port)
	fetch()
	c.cmd(200, "PORT 127,0,0,1,%d,%d", port>>8, port&255)
	fetch()
	for _, bad := range []string{"EPRT", "EPRT |1|127.0.0.2|4000|", "EPRT |3|x|1|", "PORT 10,0,0,1,100,1", "PORT 127,0,0,1,0,22", "PORT 1,2", "PORT 300,0,0,1,100,1"} {
		c.send("%s", bad)
		if code, text := c.reply(); code != 500 && code != 501 {
			t.Errorf("%q: %s", bad, text)
		}
	}
}

func TestIPv6(t *testing.T) {
	s, err := Start(Options{Addr: "[::1]:0"})
	if err != nil && os.Getenv("CI") == "" {
		t.Skipf("no IPv6 here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := login(t, s)
	c.cmd(425, "PASV")
	c.cmd(522, "EPSV 1")
	if code := c.put("x", "STOR f"); code != 226 {
		t.Fatal(code)
	}
}

func TestAbort(t *testing.T) {
	s := start(t, Options{Rate: 1 << 20})
	write(t, s, "f", strings.Repeat("x", 8<<20))
	c := login(t, s)
	conn := c.open()
	c.cmd(150, "RETR f")
	io.CopyN(io.Discard, conn, 1000)
	c.cmd(426, "\xff\xf4\xff\xf2ABOR")
	c.want(226)
	c.cmd(200, "NOOP")
}

func TestRate(t *testing.T) {
	s := start(t, Options{Rate: 1 << 20})
	write(t, s, "f", strings.Repeat("x", 100<<10))
	c := login(t, s)
	begin := time.Now()
	c.get("RETR f")
	if d := time.Since(begin); d < 80*time.Millisecond {
		t.Fatalf("100 KiB at 1 MiB/s took %v", d)
	}
}

func TestFaultsAreCounted(t *testing.T) {
	s := start(t, Options{Seed: 3})
	c := login(t, s)
	s.Inject(Fault{Do: Say, On: "NOOP", Text: "500 a", Skip: 1, Times: 2})
	for _, code := range []int{200, 500, 500, 200} {
		c.cmd(code, "NOOP")
	}
	s.Heal()
	s.Inject(Fault{Do: Say, On: "NOOP", Text: "500 b", Chance: 0.5})
	n := 0
	for range 100 {
		c.send("NOOP")
		if code, _ := c.reply(); code == 500 {
			n++
		}
	}
	if n < 30 || n > 70 || n != s.Struck() {
		t.Fatalf("%d of 100, %d counted", n, s.Struck())
	}
	s.Heal()
	s.Inject(Fault{Do: Say, On: "MKD", Path: "b", Text: "550 b"}, Fault{Do: Say, On: "MKD,RMD", Session: 2, Text: "550 2"})
	c.cmd(257, "MKD a")
	c.cmd(550, "MKD x/b")
	login(t, s).cmd(550, "RMD a")
}

func TestKick(t *testing.T) {
	s := start(t, Options{})
	c := login(t, s)
	s.Kick(true)
	c.want(0)
	login(t, s)
}

func TestCarelessEnds(t *testing.T) {
	for careless, code := range map[bool]int{false: 426, true: 226} {
		s := start(t, Options{CarelessEnds: careless})
		c := login(t, s)
		conn := c.open()
		c.cmd(150, "STOR f")
		io.WriteString(conn, "hello")
		closeConn(conn, true)
		if got, _ := c.reply(); got != code {
			t.Errorf("careless %v: %d", careless, got)
		}
	}
}
