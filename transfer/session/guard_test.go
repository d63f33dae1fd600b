package session

import (
	"context"
	"testing"

	"longshore/transfer/ftptest"
)

// The library has panicked on a server's words before. It must cost no more
// than the session.
func TestPanicInTheLibrary(t *testing.T) {
	o := ftptest.Options{}
	s := openFixture(t, fixtureOf(t, startServer(t, o), o))
	err := s.do(ctxFor(t), "list", "/", func() error {
		var none []int
		_ = none[len(s.Home())]
		return nil
	})
	if e := kindIs(t, err, Protocol); !e.Dead || !s.Dead() {
		t.Errorf("%#v", e)
	}
	if e := kindIs(t, s.Noop(context.Background()), Network); !e.Dead {
		t.Errorf("%#v", e)
	}
}
