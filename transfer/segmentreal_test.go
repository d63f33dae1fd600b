package transfer

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/session"
)

// TestSegmentsAtRealServers fetches a file in segments from each server that
// can be run here.
func TestSegmentsAtRealServers(t *testing.T) {
	for _, k := range daemons.Kinds {
		for _, sec := range []session.Security{session.PlainFTP, session.ExplicitTLS} {
			t.Run(fmt.Sprintf("%s %s", k, sec), func(t *testing.T) {
				d := daemons.Start(t, k, daemons.Options{TLS: sec == session.ExplicitTLS, RequireReuse: sec == session.ExplicitTLS && k.CanRequireReuse()})
				roots := x509.NewCertPool()
				roots.AppendCertsFromPEM(d.CA)
				target := session.Target{Host: d.Host, Port: d.Port, User: d.User, Security: sec}
				pool := session.NewPool(&session.Env{Roots: roots, Timeout: 10 * time.Second, Far: 1,
					Password: func(context.Context, session.Target) (string, error) { return d.Password, nil }})
				t.Cleanup(pool.Close)
				data := make([]byte, 12<<20)
				rand.NewChaCha8([32]byte{5}).Read(data)
				ctx := within(t, 30*time.Second*slowness)
				s, err := pool.Lease(ctx, target)
				if err != nil {
					t.Fatal(err)
				}
				remote := strings.TrimSuffix(d.Dir, "/") + "/big"
				if _, err := s.Store(ctx, remote, 0, bytes.NewReader(data), session.Tap{}); err != nil {
					t.Fatal(err)
				}
				pool.Release(s, nil)
				q := openTuned(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Slots: 4, Limit: Limits{Rate: Rate{Down: 8 << 20}}}, small)
				local := filepath.Join(t.TempDir(), "big")
				ids, err := q.Add(ctx, Request{Direction: Download, Target: target, Local: local, Remote: remote, Size: -1, Options: Options{Segments: 4}})
				if err != nil {
					t.Fatal(err)
				}
				holed := false
				until(t, func() bool {
					holed = holed || holedFile(t, filepath.Dir(local)) != ""
					it, _ := q.Item(ids[0])
					return it.State.Ended()
				})
				it, _ := q.Item(ids[0])
				arrived(t, it, local, data)
				if !holed || it.Attempts != 0 {
					t.Errorf("in pieces: %v, after %d attempts", holed, it.Attempts)
				}
			})
		}
	}
}

// segmentChild is what the program that is killed is told.
const segmentChild = "LONGSHORE_SEGMENT_CHILD"

type segmentKill struct {
	Dir, Local string
	Port       int
}

// TestSegmentChild is the program of TestSegmentsKilled; by itself it does
// nothing.
func TestSegmentChild(t *testing.T) {
	text := os.Getenv(segmentChild)
	if text == "" {
		return
	}
	var k segmentKill
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		t.Fatal(err)
	}
	pool := session.NewPool(&session.Env{Timeout: 5 * time.Second})
	t.Cleanup(pool.Close)
	q := openTuned(t, Config{Dir: k.Dir, Leaser: NewLeaser(pool), Slots: 4}, small)
	<-q.loaded
	ctx := within(t, time.Minute)
	var ids []ItemID
	for _, it := range q.Since(0).Items {
		ids = append(ids, it.ID)
	}
	if len(ids) == 0 {
		var err error
		if ids, err = q.Add(ctx, Request{Direction: Download, Local: k.Local, Remote: "/big", Size: -1, Options: Options{Segments: 4},
			Target: session.Target{Host: "127.0.0.1", Port: k.Port, Security: session.PlainFTP}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Wait(ctx, ids...); err != nil {
		t.Fatal(err)
	}
	if it, _ := q.Item(ids[0]); it.State != Done {
		t.Fatalf("%v, %v", it.State, it.Err)
	}
}

// TestSegmentsKilled kills the program again and again in the middle of a
// segmented download: it goes on from what is there, and arrives whole.
func TestSegmentsKilled(t *testing.T) {
	s, target, _ := serve(t, ftptest.Options{Rate: 3 << 20, Disable: digests})
	data := bigFile(t, s, 24<<20, 4)
	k := segmentKill{Dir: t.TempDir(), Local: filepath.Join(t.TempDir(), "big"), Port: target.Port}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	kills := 0
	r := rand.New(rand.NewPCG(1, 2))
	for ; ; kills++ {
		if kills > 60 {
			t.Fatal("it comes to no end")
		}
		life := 150*time.Millisecond + time.Duration(r.Int64N(int64(400*time.Millisecond)))
		life += time.Duration(kills) * 20 * time.Millisecond // a slow machine gets somewhere, too
		ctx, cancel := context.WithTimeout(t.Context(), life)
		c := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestSegmentChild$")
		c.Env = append(os.Environ(), segmentChild+"="+string(text))
		out, err := c.CombinedOutput()
		killed := ctx.Err() != nil
		cancel()
		if err == nil {
			break
		}
		if !killed {
			t.Fatalf("after %d kills: %v\n%s", kills, err, out)
		}
	}
	got, err := os.ReadFile(k.Local)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d of %d bytes, %v, or not the same", len(got), len(data), err)
	}
	var sent int64
	for _, c := range s.Commands() {
		if strings.Contains(c, "REST") {
			sent++
		}
	}
	t.Logf("%d kills, %d times REST", kills, sent)
	if kills < 2 {
		t.Error("it was hardly killed")
	}
	if left, _ := os.ReadDir(filepath.Dir(k.Local)); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}
