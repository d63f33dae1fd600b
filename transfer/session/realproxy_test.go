package session

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/listing"
)

// TestRealServersThroughProxies goes to every server, by every protection and
// both passive modes, through a SOCKS5 and an HTTP CONNECT proxy that want a
// login and resolve the server's name.
func TestRealServersThroughProxies(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			t.Parallel()
			for _, p := range protections(k) {
				d := daemons.Start(t, k, p.o)
				for scheme, shake := range map[string]shaker{"socks5": socksShake("me", "secret"), "http": connectShake("me:secret")} {
					proxy := startProxy(t, shake)
					for _, mode := range []DataMode{DataPASV, DataEPSV} {
						t.Run(fmt.Sprintf("%s, %s, %s", p.name, scheme, mode), func(t *testing.T) {
							f := realFixture(t, d, p.sec, p.max)
							f.target.Host, f.target.Data = "localhost", mode
							f.target.Proxy = scheme + "://me@" + proxy.Addr().String()
							f.env.ProxyPassword = func(context.Context, string) (string, error) { return "secret", nil }
							before := len(proxy.seen())
							moved := tour(t, f)
							seen := proxy.seen()[before:]
							for _, at := range seen {
								if !strings.HasPrefix(at, "localhost:") {
									t.Errorf("the proxy was asked for %s", at)
								}
							}
							if len(seen) < 1+moved {
								t.Errorf("%d connections through the proxy for %d transfers", len(seen), moved)
							}
						})
					}
				}
			}
		})
	}
}

// tour is the suite in one session: what a person does in a day. It gives the
// number of data connections that it takes at least.
func tour(t *testing.T, f fixture) (moved int) {
	t.Helper()
	s, ctx := openFixture(t, f), ctxFor(t)
	folder := f.dir + "/a folder"
	if err := s.MakeDirAll(ctx, folder); err != nil {
		t.Fatal(err)
	}
	for i, size := range []int{0, 1, 700_001} {
		name, data := fmt.Sprintf("%s/file %d", folder, i), content(size, uint64(i))
		put(t, s, name, data)
		same(t, name, get(t, s, name, 0), data)
		moved += 2
	}
	rows := rowsOf(t, s, folder)
	if e := rows["file 2"]; len(rows) != 3 || e.Type != listing.File || e.Size != 700_001 {
		t.Errorf("rows: %v", rows)
	}
	data, name := content(300_000, 9), folder+"/resumed"
	put(t, s, name, data[:100_000])
	if n, err := s.Store(ctx, name, 100_000, bytes.NewReader(data[100_000:]), Tap{}); err != nil || n != 200_000 {
		t.Fatalf("resumed upload: %d, %v", n, err)
	}
	same(t, "resumed upload", get(t, s, name, 0), data)
	same(t, "resumed download", get(t, s, name, 250_000), data[250_000:])
	if err := s.Rename(ctx, name, f.dir+"/renamed"); err != nil {
		t.Fatal(err)
	}
	same(t, "renamed", get(t, s, f.dir+"/renamed", 0), data)
	if _, err := s.Retrieve(ctx, name, 0, io.Discard, Tap{}); err == nil || s.Dead() {
		t.Errorf("the old name: %v, dead %v", err, s.Dead())
	}
	for _, p := range []string{f.dir + "/renamed", folder + "/file 0", folder + "/file 1", folder + "/file 2"} {
		if err := s.Delete(ctx, p); err != nil {
			t.Error(err)
		}
	}
	if err := s.RemoveDir(ctx, folder); err != nil {
		t.Error(err)
	}
	if rows := rowsOf(t, s, f.dir); len(rows) != 0 {
		t.Errorf("left: %v", rows)
	}
	return moved + 8
}
