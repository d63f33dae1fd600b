package session

import (
	"strings"
	"testing"
)

func TestParsePlace(t *testing.T) {
	for _, r := range []struct {
		in       string
		want     Target
		path, pw string
	}{
		{"ftp://example.org", Target{Host: "example.org", Security: TLSIfOffered}, "/", ""},
		{"FTP://Example.ORG/", Target{Host: "example.org", Security: TLSIfOffered}, "/", ""},
		{"ftpes://anna@example.org:2121/pub/a b", Target{Host: "example.org", Port: 2121, Security: ExplicitTLS, User: "anna"}, "/pub/a b", ""},
		{"ftps://anna:se%40cr%2Fet@h/x/", Target{Host: "h", Security: ImplicitTLS, User: "anna"}, "/x/", "se@cr/et"},
		{"ftp+plain://a%40b.org:p@ss:word@h/", Target{Host: "h", Security: PlainFTP, User: "a@b.org"}, "/", "p@ss:word"},
		{"ftp://[::1]:2121/pub", Target{Host: "::1", Port: 2121, Security: TLSIfOffered}, "/pub", ""},
		{"ftp://[fe80::1%25eth0]/", Target{Host: "fe80::1%eth0", Security: TLSIfOffered}, "/", ""},
		{"ftp://[fe80::1%eth0]", Target{Host: "fe80::1%eth0", Security: TLSIfOffered}, "/", ""},
		{"ftp://h/a%20%C3%BC%ff+b", Target{Host: "h", Security: TLSIfOffered}, "/a ü\xff+b", ""},
		{"ftp://h/what?#really", Target{Host: "h", Security: TLSIfOffered}, "/what?#really", ""},
		{"ftp://h/%2Fetc/motd;type=i", Target{Host: "h", Security: TLSIfOffered}, "/etc/motd", ""},
		{"ftp://h//a/./b/../c/", Target{Host: "h", Security: TLSIfOffered}, "/a/c/", ""},
		{"ftp://h/../../etc", Target{Host: "h", Security: TLSIfOffered}, "/etc", ""},
		{"ftp://h/..", Target{Host: "h", Security: TLSIfOffered}, "/", ""},
		{"ftp://Bücher.example/", Target{Host: "xn--bcher-kva.example", Security: TLSIfOffered}, "/", ""},
		{"ftp://user:@h", Target{Host: "h", Security: TLSIfOffered, User: "user"}, "/", ""},
	} {
		got, path, pw, err := ParsePlace(r.in)
		if err != nil || got != r.want || path != r.path || pw != r.pw {
			t.Errorf("%q: %+v %q %q %v", r.in, got, path, pw, err)
		}
	}
}

func TestParsePlaceRefusesClearly(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "starts with",
		"example.org/pub":         "starts with",
		"/home/x":                 "starts with",
		"me@host://x":             "starts with",
		"sftp://h/":               "SSH",
		"gopher://h/":             `"gopher" is not one of`,
		"ftp://":                  "host's name is missing",
		"ftp:///pub":              "host's name is missing",
		"ftp://user@/pub":         "host's name is missing",
		"ftp://h:0/":              "port",
		"ftp://h:70000/":          "port",
		"ftp://h:ftp/":            "port",
		"ftp://h:/":               "port",
		"ftp://::1/":              "brackets",
		"ftp://[::1/":             "closing bracket",
		"ftp://[::1]21/":          "port",
		"ftp://[example.org]/":    "IPv6",
		"ftp://[127.0.0.1]/":      "IPv6",
		"ftp://a b/":              "not a host's name",
		"ftp://a\xf7/":            "not a host's name",
		"ftp://[fe80::1%25a b]/":  "IPv6",
		"ftp://h/100%":            "%25",
		"ftp://h/a%0d%0aDELE%20x": "line end",
		"ftp://h/a%00":            "NUL",
		"ftp://u%zz@h/":           "%25",
		"ftp://u:topsecret%@h/":   "password",
		"ftp://u:a%0ab@h/":        "control",
	} {
		_, _, _, err := ParsePlace(in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%q: the password is in the error", in)
		}
	}
}

// What URL writes, ParsePlace reads: a place can be copied and pasted.
func FuzzParsePlace(f *testing.F) {
	for _, s := range []string{"ftp://h", "ftpes://u:p@[fe80::1%25eth0]:99/a%20b/", "ftps://a@b@c:1/%2f..;type=a", "ftp+plain://[::ffff:1.2.3.4]/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		target, path, _, err := ParsePlace(s)
		if err != nil {
			return
		}
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\r\n\x00") || target.Host == "" {
			t.Fatalf("%q gave %+v %q", s, target, path)
		}
		again, samePath, _, err := ParsePlace(target.URL(path))
		if target.Anonymous() {
			again.User = target.User
		}
		if port := target.Port; port == (Target{Security: target.Security}).PortOrDefault() {
			again.Port = port
		}
		if err != nil || again != target || samePath != path {
			t.Fatalf("%q gave %+v %q, then %q gave %+v %q %v", s, target, path, target.URL(path), again, samePath, err)
		}
	})
}
