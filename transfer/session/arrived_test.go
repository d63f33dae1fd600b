package session

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// TestSizeAndTime holds with servers that get both commands at once and with
// those that do not.
func TestSizeAndTime(t *testing.T) {
	when := time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, o := range map[string]ftptest.Options{
		"one by one": {}, "in one packet": early(ftptest.Options{}), "over TLS": early(ftptest.Options{TLS: ftptest.ExplicitTLS}),
		"no MFMT": early(ftptest.Options{Disable: []string{"MFMT"}}),
	} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t, o)
			s := openFixture(t, fixtureOf(t, srv, o))
			for _, file := range []string{"/a", "/b"} { // the second with a PASV under way
				put(t, s, file, content(1000, 1))
				n, sized, timed := s.SizeAndTime(ctxFor(t), file, when)
				if n != 1000 || sized != nil || timed != nil {
					t.Errorf("%d, %v, %v", n, sized, timed)
				}
				info, err := os.Stat(filepath.Join(srv.Root(), file))
				if err != nil || !info.ModTime().Equal(when) {
					t.Errorf("%v, %v", info.ModTime(), err)
				}
			}
			if _, sized, _ := s.SizeAndTime(ctxFor(t), "/none", when); KindOf(sized) != NotFound || s.Dead() {
				t.Errorf("a missing file: %v", sized)
			}
			srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "MFMT,MDTM,SITE", Text: "550 Not allowed."})
			if n, sized, timed := s.SizeAndTime(ctxFor(t), "/a", when); n != 1000 || sized != nil || timed == nil || s.Dead() {
				t.Errorf("a refused time: %d, %v, %v", n, sized, timed)
			}
			srv.Heal()
			same(t, "a", get(t, s, "/a", 0), content(1000, 1))
			if n, err := s.Size(ctxFor(t), "/a"); n != 1000 || err != nil {
				t.Errorf("out of step: %d, %v", n, err)
			}
		})
	}
}

func TestStatInOnePacket(t *testing.T) {
	o := early(ftptest.Options{Disable: []string{"MLST", "MLSD"}})
	srv := startServer(t, o)
	s := openFixture(t, fixtureOf(t, srv, o))
	put(t, s, "/a", content(1000, 1))
	when := time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(srv.Root(), "a"), when, when); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Stat(ctxFor(t), "/a"); err != nil || e.Size != 1000 || !e.Exact || !e.Time.Equal(when) || e.Raw != "a" {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := s.Stat(ctxFor(t), "/none"); KindOf(err) != NotFound || s.Dead() {
		t.Errorf("a missing file: %v", err)
	}
	srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "MDTM", Text: "550 Not allowed."})
	if e, err := s.Stat(ctxFor(t), "/a"); err != nil || e.Size != 1000 || s.Dead() {
		t.Errorf("no time: %+v, %v", e, err)
	}
	srv.Heal()
	same(t, "a", get(t, s, "/a", 0), content(1000, 1))
}
