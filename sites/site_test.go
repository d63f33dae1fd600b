package sites

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestSiteCheck(t *testing.T) {
	for field, edit := range map[string]func(*Site){
		"name":            func(s *Site) { s.Name = " " },
		"host":            func(s *Site) { s.Host = "user@host" },
		"port":            func(s *Site) { s.Port = 70000 },
		"protocol":        func(s *Site) { s.Security = "sftp" },
		"logon":           func(s *Site) { s.Logon = "key" },
		"user":            func(s *Site) { s.User = "" },
		"remote_dir":      func(s *Site) { s.RemoteDir = "/a\r\nDELE b" },
		"folder":          func(s *Site) { s.Folder = []string{"a", ""} },
		"server_tz":       func(s *Site) { s.ServerTZ = "Mars/Base" },
		"exists_upload":   func(s *Site) { s.ExistsUpload = "maybe" },
		"links":           func(s *Site) { s.Links = "maybe" },
		"exists_download": func(s *Site) { s.ExistsDownload = "maybe" },
		"tls_max":         func(s *Site) { s.TLSMax = "1.0" },
		"mode":            func(s *Site) { s.Data = "port" },
		"proxy":           func(s *Site) { s.Proxy = "socks5://u:secret@p:1080" },
	} {
		s := site("n")
		if err := s.Check(); err != nil {
			t.Fatalf("a good site: %v", err)
		}
		edit(&s)
		var f *FieldError
		if err := s.Check(); !errors.As(err, &f) || f.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for host, ok := range map[string]bool{
		"ftp.example.com": true, "10.0.0.1": true, "::1": true, "[::1]": true, "fe80::1%eth0": true, "münchen.example": true,
		"a b": false, "h:21": false, "h/x": false, "": false, "a\x00": false, strings.Repeat("a", 256): false,
	} {
		s := site("n")
		s.Host = host
		if err := s.Check(); (err == nil) != ok {
			t.Errorf("host %q: %v", host, err)
		}
	}
}

func TestTargetOf(t *testing.T) {
	s := site("n")
	s.ID, s.TimeAdjust, s.MaxSessions, s.Account = "i", -90, 3, "ignored"
	got := s.TargetOf()
	if got.Site != "i" || got.User != "deploy" || got.Account != "" || got.MaxSessions != 3 {
		t.Errorf("%+v", got)
	}
	if got.ClockOffset == nil || *got.ClockOffset != 90*time.Minute {
		t.Errorf("90 minutes are to be taken off LIST times, so they are that much ahead: %v", got.ClockOffset)
	}
	s.TimeAdjust, s.ServerTZ = 0, "Asia/Kolkata"
	if got := s.TargetOf().ClockOffset; got == nil || *got != 5*time.Hour+30*time.Minute {
		t.Errorf("Kolkata: %v", got)
	}
	s.ServerTZ, s.Logon = "", Anonymous
	if got := s.TargetOf(); got.ClockOffset != nil || !got.Anonymous() {
		t.Errorf("%+v", got)
	}
}

func TestNewRef(t *testing.T) {
	evil := "us'er\n-delete\x00\"ü"
	ref := NewRef(evil, strings.Repeat("long.", 60))
	if len(ref) > maxRef || !validRef(ref) || strings.ContainsAny(ref, "\n'\"\x00") {
		t.Errorf("%q", ref)
	}
	if one, two := NewRef("a", "b"), NewRef("a", "b"); one == two {
		t.Error("two refs are equal")
	}
	for _, bad := range []string{"", "x", "a@b", "a\nb [3f9c1a2b]", "a@b [3f9c1a2z]", "a@b 3f9c1a2b]", "[3f9c1a2b]"} {
		if validRef(bad) {
			t.Errorf("%q is taken for a ref", bad)
		}
	}
}
