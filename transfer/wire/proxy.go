package wire

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"
)

// NewProxy gives a Dialer through a proxy: socks5://[user@]host:port or
// http://[user@]host:port (CONNECT). The proxy resolves the server's name.
func NewProxy(u *url.URL, password string) (Dialer, error) {
	var dial func(ctx context.Context, conn net.Conn, addr string) (net.Conn, error)
	port := "1080"
	switch u.Scheme {
	case "socks5", "socks5h":
		dial = socks(u, password)
	case "http":
		dial, port = connect(u, password), "8080"
	default:
		return nil, fmt.Errorf("a proxy of kind %q is not known", u.Scheme)
	}
	if u.Hostname() == "" {
		return nil, errors.New("the proxy has no host name")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	at := net.JoinHostPort(u.Hostname(), port)
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, at)
		if err != nil {
			return nil, step(StepProxy, err)
		}
		stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
		through, err := dial(ctx, conn, addr)
		if !stop() && err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			conn.Close()
			return nil, step(StepProxy, err)
		}
		return through, nil
	}, nil
}

// SystemProxy is what the environment names for a host (ALL_PROXY,
// HTTPS_PROXY, NO_PROXY); nil is none.
func SystemProxy(host string, getenv func(string) string) (*url.URL, error) {
	get := func(names ...string) string {
		for _, n := range names {
			if v := getenv(n); v != "" {
				return v
			}
			if v := getenv(strings.ToLower(n)); v != "" {
				return v
			}
		}
		return ""
	}
	cfg := httpproxy.Config{HTTPSProxy: get("ALL_PROXY", "HTTPS_PROXY"), NoProxy: get("NO_PROXY")}
	return cfg.ProxyFunc()(&url.URL{Scheme: "https", Host: host})
}

func socks(u *url.URL, password string) func(context.Context, net.Conn, string) (net.Conn, error) {
	return func(ctx context.Context, conn net.Conn, addr string) (net.Conn, error) {
		var auth *proxy.Auth
		if name := u.User.Username(); name != "" {
			auth = &proxy.Auth{User: name, Password: password}
		}
		d, err := proxy.SOCKS5("tcp", "proxy", auth, nil)
		if err != nil {
			return nil, err
		}
		over, ok := d.(interface {
			DialWithConn(context.Context, net.Conn, string, string) (net.Addr, error)
		})
		if !ok {
			return nil, errors.New("the SOCKS library cannot use a connection")
		}
		// The connection itself is kept, not a wrapper: uploads half-close it.
		_, err = over.DialWithConn(ctx, conn, "tcp", addr)
		return conn, err
	}
}

// maxProxyReply bounds the head of a proxy's answer.
const maxProxyReply = 64 << 10

func connect(u *url.URL, password string) func(context.Context, net.Conn, string) (net.Conn, error) {
	return func(ctx context.Context, conn net.Conn, addr string) (net.Conn, error) {
		req := "CONNECT " + addr + " HTTP/1.1\r\nHost: " + addr + "\r\n"
		if name := u.User.Username(); name != "" {
			login := base64.StdEncoding.EncodeToString([]byte(name + ":" + password))
			req += "Proxy-Authorization: Basic " + login + "\r\n"
		}
		if at, ok := ctx.Deadline(); ok {
			conn.SetDeadline(at)
		}
		if _, err := io.WriteString(conn, req+"\r\n"); err != nil {
			return nil, err
		}
		br := bufio.NewReader(&io.LimitedReader{R: conn, N: maxProxyReply})
		resp, err := http.ReadResponse(br, &http.Request{Method: http.MethodConnect})
		if err != nil {
			return nil, err
		}
		if resp.StatusCode/100 != 2 {
			return nil, fmt.Errorf("the proxy answered %s", clip(resp.Status, 200))
		}
		conn.SetDeadline(time.Time{})
		return withBuffered(conn, br), nil
	}
}

// tunnel is a connection whose first bytes were read with the proxy's answer:
// an FTP server speaks first.
type tunnel struct {
	*net.TCPConn
	early []byte
}

func (t *tunnel) Read(p []byte) (int, error) {
	if len(t.early) > 0 {
		n := copy(p, t.early)
		t.early = t.early[n:]
		return n, nil
	}
	return t.TCPConn.Read(p)
}

func withBuffered(conn net.Conn, br *bufio.Reader) net.Conn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok || br.Buffered() == 0 {
		return conn
	}
	early, _ := br.Peek(br.Buffered())
	return &tunnel{TCPConn: tcp, early: append([]byte(nil), early...)}
}
