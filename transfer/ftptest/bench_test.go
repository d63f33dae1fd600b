package ftptest

import (
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"testing"
)

// BenchmarkTransfer shows that the server is not what other benchmarks measure.
func BenchmarkTransfer(b *testing.B) {
	const size = 64 << 20
	for name, o := range map[string]Options{"plain": {}, "tls": {TLS: ExplicitTLS}} {
		s, err := Start(o)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
		c := login(b, s)
		b.Run(name+"/STOR", func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				c.t = b
				conn := c.open()
				c.cmd(150, "STOR f")
				p := c.protect(conn)
				if _, err := io.Copy(p, io.LimitReader(zeros{}, size)); err != nil {
					b.Fatal(err)
				}
				if t, ok := p.(*tls.Conn); ok {
					t.CloseWrite()
					io.Copy(io.Discard, t)
				}
				p.Close()
				c.want(226)
			}
		})
		b.Run(name+"/RETR", func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				c.t = b
				conn := c.open()
				c.cmd(150, "RETR f")
				if n, err := io.Copy(io.Discard, c.protect(conn)); err != nil || n != size {
					b.Fatal(n, err)
				}
				conn.Close()
				c.want(226)
			}
		})
	}
}

// BenchmarkList is a folder of 20,000 files.
func BenchmarkList(b *testing.B) {
	s, err := Start(Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for i := range 20_000 {
		f, err := s.root.Create(fmt.Sprintf("file-%d", i))
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
	c := login(b, s)
	for b.Loop() {
		conn := c.open()
		c.cmd(150, "MLSD")
		data, _ := io.ReadAll(conn)
		conn.Close()
		c.want(226)
		if n := strings.Count(string(data), "\n"); n != 20_002 {
			b.Fatal(n)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
