package session

import (
	"strings"
	"testing"

	"longshore/transfer/ftptest"
)

func TestParsePWD(t *testing.T) {
	for in, want := range map[string]string{
		`"/" is the current directory`:   "/",
		`"/a b"`:                         "/a b",
		`"/a""b" is it`:                  `/a"b`,
		`"/a"b" is it`:                   `/a"b`,
		`"/a" is "the" folder`:           "/a",
		`"`:                              "/",
		``:                               "/",
		`no quotes`:                      "/",
		`"C:\"`:                          "/",
		`"/a` + "\x01" + `"`:             "/",
		`"/""quoted"""`:                  `/"quoted"`,
		`"` + strings.Repeat("/a", 5000): "/",
	} {
		if got := parsePWD(in); got != want {
			t.Errorf("%q: %q instead of %q", in, got, want)
		}
	}
}

func TestBareNames(t *testing.T) {
	s := &Session{env: &Env{}}
	for in, want := range map[string]string{"a": "a", "~": "./~", "~x": "./~x", "-la": "./-la", "a~": "a~", " ": " ", "\xff": "\xff"} {
		if got := s.bare(in); got != want {
			t.Errorf("%q: %q instead of %q", in, got, want)
		}
	}
	s.info.Software = "ProFTPD"
	if got := s.bare("a\xffb"); got != "a\xff\xffb" {
		t.Errorf("%q", got)
	}
}

func TestCheckPath(t *testing.T) {
	for _, p := range []string{"/", "/a", "/ä", "/\xe4", "/a b", `/a"b\c*?`, "/" + strings.Repeat("x", 255)} {
		if err := checkPath(p); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
	for _, p := range []string{"", "a", "/a\n", "/\r", "/\x00", "/\x1f", "/\x7f", "/" + strings.Repeat("x", maxPath)} {
		if checkPath(p) == nil {
			t.Errorf("%q is fine", p)
		}
	}
}

func TestEncodeName(t *testing.T) {
	for _, c := range []struct{ charset, name, want string }{
		{"", "ä", "ä"}, {"UTF-8", "ä", "ä"}, {"ISO-8859-1", "ä", "\xe4"}, {"windows-1252", "€", "\x80"},
		{"Shift_JIS", "日", "\x93\xfa"}, {"GBK", "中", "\xd6\xd0"},
	} {
		got, err := EncodeName(c.charset, c.name)
		if err != nil || got != c.want {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
		if d := decoder(c.charset); d != nil && d(got) != c.name {
			t.Errorf("%+v comes back as %q", c, d(got))
		}
	}
	for _, c := range [][2]string{{"ISO-8859-1", "日"}, {"no such charset", "a"}, {"ISO-8859-1", "\xff"}} {
		if got, err := EncodeName(c[0], c[1]); err == nil {
			t.Errorf("%v: %q", c, got)
		}
	}
}

func TestLatin1Server(t *testing.T) {
	for _, o := range []ftptest.Options{{Latin1: true}, {Latin1: true, Disable: []string{"MLST", "MLSD"}}} {
		srv := startServer(t, o)
		f := fixtureOf(t, srv, o)
		f.target.Charset = "ISO-8859-1"
		s := openFixture(t, f)
		raw, err := EncodeName(f.target.Charset, "grün")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{"/grün", "/" + raw} { // ours, and out of a listing
			put(t, s, p, []byte(p))
			e, ok := rowsOf(t, s, "/")["gr\xfcn"]
			if !ok || e.Name != "grün" {
				t.Errorf("%+v", e)
			}
			same(t, "grün", get(t, s, "/"+e.Raw, 0), []byte(p))
			if e, err := s.Stat(ctxFor(t), p); err != nil || e.Name != "grün" || e.Raw != raw {
				t.Errorf("%+v, %v", e, err)
			}
		}
		if rows := rowsOf(t, s, "/"); len(rows) != 1 {
			t.Errorf("%d files instead of one", len(rows))
		}
		if err := s.Rename(ctxFor(t), "/grün", "/größer"); err != nil {
			t.Error(err)
		}
		kindIs(t, s.Rename(ctxFor(t), "/größer", "/日本"), Local)
		_, err = s.Store(ctxFor(t), "/日本", 0, strings.NewReader(""), Tap{})
		kindIs(t, err, Local)
	}
}

func TestUnaskedReplies(t *testing.T) {
	o := ftptest.Options{}
	srv := startServer(t, o)
	s := openFixture(t, fixtureOf(t, srv, o))
	srv.Inject(ftptest.Fault{Do: ftptest.Append, On: "NOOP", Text: "200 and again\r\n", Times: 1})
	if err := s.Noop(ctxFor(t)); err != nil {
		t.Fatal(err)
	}
	put(t, s, "/x", []byte("x"))
	same(t, "x", get(t, s, "/x", 0), []byte("x"))
	srv.Inject(ftptest.Fault{Do: ftptest.Append, On: "NOOP", Text: "421 Timeout.\r\n", Times: 1})
	if err := s.Noop(ctxFor(t)); err != nil {
		t.Fatal(err)
	}
	e := kindIs(t, s.Delete(ctxFor(t), "/x"), Network)
	if e.Code != 421 || !e.Dead || e.Maybe {
		t.Errorf("%#v", e)
	}
}

func TestSecretRepeatedByTheServer(t *testing.T) {
	o := ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "PASS", Text: "530 anonymous@ is no password"}}}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	var log strings.Builder
	f.env.Log = func(l Line) { log.WriteString(l.Text + "\n") }
	_, err := Open(ctxFor(t), f.target, f.env)
	if err == nil || strings.Contains(err.Error(), "anonymous@") || strings.Contains(log.String(), "anonymous@") {
		t.Errorf("%v\n%s", err, log.String())
	}
}

func TestSystemIsAskedOnce(t *testing.T) {
	o := ftptest.Options{System: "UNIX Type: L8 Version: TEST-1"}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	f.env.Memory = &oneServer{}
	for range 2 {
		if s := openFixture(t, f); s.Info().Software != o.System {
			t.Errorf("software %q", s.Info().Software)
		}
	}
	if n := strings.Count(strings.Join(srv.Commands(), "\n"), "SYST"); n != 1 {
		t.Errorf("SYST was sent %d times", n)
	}
}
