package wire

import (
	"net/url"
	"testing"
)

func TestSystemProxy(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		host string
		want string
	}{
		{nil, "ftp.example.org", ""},
		{map[string]string{"ALL_PROXY": "socks5://p:1080"}, "ftp.example.org", "socks5://p:1080"},
		{map[string]string{"all_proxy": "socks5://p:1080"}, "ftp.example.org", "socks5://p:1080"},
		{map[string]string{"HTTPS_PROXY": "http://p:3128"}, "ftp.example.org", "http://p:3128"},
		{map[string]string{"https_proxy": "p:3128"}, "ftp.example.org", "http://p:3128"},
		{map[string]string{"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "example.org"}, "ftp.example.org", ""},
		{map[string]string{"HTTPS_PROXY": "http://p:3128"}, "localhost", ""},
		{map[string]string{"FTP_PROXY": "http://p:3128"}, "ftp.example.org", ""}, // means FTP over HTTP, no tunnel
	} {
		u, err := SystemProxy(c.host, func(k string) string { return c.env[k] })
		got := ""
		if u != nil {
			got = u.String()
		}
		if err != nil || got != c.want {
			t.Errorf("%v for %s: %q, %v", c.env, c.host, got, err)
		}
	}
}

func TestNewProxyRefuses(t *testing.T) {
	for _, s := range []string{"gopher://p:1", "socks5://", "http://:80", "socks4://p:1"} {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewProxy(u, ""); err == nil {
			t.Errorf("%s is taken", s)
		}
	}
}
