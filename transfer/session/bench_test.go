package session

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/listing"
)

// slowLine is a SOCKS proxy that delays each byte by half a round trip and
// each connect by a whole one.
func slowLine(b *testing.B, rtt time.Duration) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	pass := func(to, from net.Conn) {
		type piece struct {
			at time.Time
			b  []byte
		}
		line := make(chan piece, 4096)
		wg.Go(func() {
			defer close(line)
			for {
				buf := make([]byte, 32<<10)
				n, err := from.Read(buf)
				if n > 0 {
					line <- piece{time.Now().Add(rtt / 2), buf[:n]}
				}
				if err != nil {
					line <- piece{at: time.Now().Add(rtt / 2)}
					return
				}
			}
		})
		for p := range line {
			<-time.After(time.Until(p.at))
			if p.b == nil {
				to.(*net.TCPConn).CloseWrite()
				continue
			}
			to.Write(p.b)
		}
	}
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				target, answer, err := socksShake("", "")(conn)
				if err != nil {
					return
				}
				out, err := net.Dial("tcp", target)
				<-time.After(rtt)
				answer(err)
				if err != nil {
					return
				}
				defer out.Close()
				var both sync.WaitGroup
				both.Go(func() { pass(out, conn) })
				both.Go(func() { pass(conn, out) })
				both.Wait()
			})
		}
	})
	b.Cleanup(func() { l.Close() })
	return "socks5://" + l.Addr().String()
}

// BenchmarkSmallFiles moves files of 4 KiB one after another over a line of
// 20 ms; a round trip is the unit to think in.
func BenchmarkSmallFiles(b *testing.B) {
	const rtt = 20 * time.Millisecond
	for _, k := range daemons.Kinds {
		for _, sec := range []Security{PlainFTP, ExplicitTLS} {
			for _, ahead := range []bool{false, true} {
				for _, up := range []bool{true, false} {
					b.Run(fmt.Sprintf("%s/%s/ahead=%v/up=%v", k, sec, ahead, up), func(b *testing.B) {
						d := daemons.Start(b, k, daemons.Options{TLS: sec == ExplicitTLS, RequireReuse: sec == ExplicitTLS && k.CanRequireReuse()})
						f := realFixture(b, d, sec, "")
						f.env.Log = nil
						f.env.Memory = &oneServer{l: Learned{NoEarlyEPSV: !ahead}}
						f.target.Host, f.target.Proxy = "localhost", slowLine(b, rtt)
						start := time.Now()
						s := openFixture(b, f)
						b.ReportMetric(float64(time.Since(start))/float64(rtt), "rtt/login")
						name := func(i int) string { return fmt.Sprintf("%s/%d", f.dir, i%50) }
						for i := range 50 {
							if !up {
								put(b, s, name(i), content(4096, 1))
							}
						}
						b.ResetTimer()
						for i := range b.N {
							if up {
								put(b, s, name(i), content(4096, 1))
							} else {
								get(b, s, name(i), 0)
							}
						}
						b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(rtt), "rtt/file")
					})
				}
			}
		}
	}
}

// BenchmarkBigFile moves 64 MiB over loopback.
func BenchmarkBigFile(b *testing.B) {
	for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
		for _, up := range []bool{true, false} {
			b.Run(fmt.Sprintf("tls=%v/up=%v", mode == ftptest.ExplicitTLS, up), func(b *testing.B) {
				o := ftptest.Options{TLS: mode}
				srv := startServer(b, o)
				f := fixtureOf(b, srv, o)
				f.env.Log = nil
				s := openFixture(b, f)
				data := content(64<<20, 1)
				put(b, s, "/x", data)
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				b.ResetTimer()
				for range b.N {
					var err error
					if up {
						_, err = s.Store(ctxFor(b), "/x", 0, bytes.NewReader(data), Tap{})
					} else {
						_, err = s.Retrieve(ctxFor(b), "/x", 0, io.Discard, Tap{})
					}
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkSmallFilesNear moves files of 4 KiB over loopback: what is left is
// the program's own work and the server's.
func BenchmarkSmallFilesNear(b *testing.B) {
	for _, sec := range []Security{PlainFTP, ExplicitTLS} {
		for _, up := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/up=%v", sec, up), func(b *testing.B) {
				d := daemons.Start(b, daemons.PureFTPd, daemons.Options{TLS: sec == ExplicitTLS})
				f := realFixture(b, d, sec, "")
				f.env.Log = nil
				s := openFixture(b, f)
				data := content(4096, 1)
				put(b, s, f.dir+"/x", data)
				b.ReportAllocs()
				for b.Loop() {
					if up {
						put(b, s, f.dir+"/x", data)
					} else {
						get(b, s, f.dir+"/x", 0)
					}
				}
			})
		}
	}
}

// BenchmarkTree lists a tree of 1,010 folders with a file in each of the
// thousand below.
func BenchmarkTree(b *testing.B) {
	for _, k := range daemons.Kinds {
		b.Run(string(k), func(b *testing.B) {
			d := daemons.Start(b, k, daemons.Options{})
			f := realFixture(b, d, PlainFTP, "")
			f.env.Log = nil
			root := filepath.Join(d.Root, path.Base(f.dir))
			for i := range 1000 {
				dir := filepath.Join(root, fmt.Sprintf("%d/%d", i%10, i))
				if err := os.MkdirAll(dir, 0o755); err != nil {
					b.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
					b.Fatal(err)
				}
			}
			if err := d.Share(); err != nil {
				b.Fatal(err)
			}
			pool := NewPool(f.env)
			defer pool.Close()
			b.ReportAllocs()
			for b.Loop() {
				rows := 0
				tree := Tree{Root: f.dir, Sessions: 8, Release: pool.Release,
					Lease: func(ctx context.Context) (*Session, error) { return pool.Lease(ctx, f.target) },
					Rows:  func(_ string, es []listing.Entry) { rows += len(es) }}
				if err := tree.Walk(ctxFor(b)); err != nil || rows != 2010 {
					b.Fatalf("%d rows, %v", rows, err)
				}
			}
		})
	}
}
