package sites

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"longshore/transfer/session"
)

var _ session.Memory = (*KnownServers)(nil)

func mustKnown(t *testing.T, path string) *KnownServers {
	t.Helper()
	k, err := LoadKnownServers(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func certificate(host, digit string) session.Certificate {
	return session.Certificate{Host: host, Port: 21, SHA256: strings.Repeat(digit, 64), SPKI: strings.Repeat("f"+digit, 32),
		Subject: "CN=" + host, NotAfter: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), Reason: "nobody known signed it"}
}

func TestTrustOnceAndAlways(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known_servers.json")
	k := mustKnown(t, path)
	at := session.Target{Host: "FTP.Example."}
	once, always := certificate("ftp.example", "a"), certificate("ftp.example", "b")
	if k.Trusted(at, once) {
		t.Fatal("trusted before anybody said so")
	}
	if err := k.Trust(once, false); err != nil {
		t.Fatal(err)
	}
	if !k.Trusted(at, once) || k.Trusted(at, always) {
		t.Error("once is for this certificate")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("once was written")
	}
	if err := k.Trust(always, true); err != nil {
		t.Fatal(err)
	}
	again := mustKnown(t, path)
	if !again.Trusted(at, always) || again.Trusted(at, once) {
		t.Error("always is for this certificate, after a restart too")
	}
	for _, other := range []session.Target{{Host: "ftp.example", Port: 2121}, {Host: "ftp.example", Security: session.ImplicitTLS}, {Host: "other.example"}} {
		if again.Trusted(other, always) {
			t.Errorf("trusted at %s too", other.Addr())
		}
	}
	pin := again.All()["ftp.example:21"].Certificate
	if pin == nil || pin.Subject != "CN=ftp.example" || !pin.NotAfter.Equal(always.NotAfter) || pin.Since.IsZero() {
		t.Errorf("kept as %+v", pin)
	}
	if again.Trusted(at, session.Certificate{}) {
		t.Error("a certificate without a sum is trusted")
	}
	if err := again.Distrust("ftp.example:21"); err != nil || again.Trusted(at, always) {
		t.Errorf("distrusted: %v", err)
	}
}

func TestJudgeIsLoudAboutChange(t *testing.T) {
	k := mustKnown(t, "")
	first := certificate("h.example", "a")
	if v := k.Judge(first); v.Trusted || v.Changed() || v.Text != first.Reason {
		t.Errorf("new: %+v", v)
	}
	if err := k.Trust(first, true); err != nil {
		t.Fatal(err)
	}
	if v := k.Judge(first); !v.Trusted {
		t.Errorf("trusted: %+v", v)
	}
	other := certificate("h.example", "c")
	if v := k.Judge(other); v.Trusted || !v.Changed() || v.SameKey || v.Old.SHA256 != first.SHA256 || !strings.Contains(v.Text, "ANOTHER") {
		t.Errorf("other key: %+v", v)
	}
	renewed := certificate("h.example", "d")
	renewed.SPKI = first.SPKI
	if v := k.Judge(renewed); v.Trusted || !v.SameKey || !strings.Contains(v.Text, "renewed") {
		t.Errorf("same key: %+v", v)
	}
	if dropped, err := k.Vouched(session.Target{Host: "h.example"}); !dropped || err != nil {
		t.Errorf("vouched: %v, %v", dropped, err)
	}
	if dropped, _ := k.Vouched(session.Target{Host: "h.example"}); dropped {
		t.Error("dropped twice")
	}
}

func TestPlainAllowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known_servers.json")
	k := mustKnown(t, path)
	a, b := session.Target{Host: "a"}, session.Target{Host: "b"}
	if k.PlainAllowed(a) {
		t.Error("allowed before anybody said so")
	}
	if err := k.AllowPlain(a, false); err != nil {
		t.Fatal(err)
	}
	if err := k.AllowPlain(b, true); err != nil {
		t.Fatal(err)
	}
	again := mustKnown(t, path)
	if !k.PlainAllowed(a) || !k.PlainAllowed(b) || again.PlainAllowed(a) || !again.PlainAllowed(b) {
		t.Error("once and always are mixed up")
	}
	if err := k.Forget("a:21"); err != nil || k.PlainAllowed(a) {
		t.Errorf("forgotten: %v", err)
	}
}

func TestLearn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known_servers.json")
	k := mustKnown(t, path)
	at := session.Target{Host: "h", Port: 2121}
	offset := time.Hour
	k.Learn(at, func(l *session.Learned) { l.TLSSeen, l.ClockOffset = true, &offset })
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	k.Learn(at, func(l *session.Learned) { l.TLSSeen = true })
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Error("nothing new was learned and the file was written")
	}
	got := k.Recall(at)
	*got.ClockOffset = 0
	if again := mustKnown(t, path).Recall(at); !again.TLSSeen || again.ClockOffset == nil || *again.ClockOffset != time.Hour {
		t.Errorf("%+v", again)
	}
	if *k.Recall(at).ClockOffset != time.Hour {
		t.Error("what Recall returned is shared")
	}
	if err := k.AllowNoTLS(at); err != nil || k.Recall(at).TLSSeen {
		t.Errorf("no TLS: %v", err)
	}
	if k.Err() != nil {
		t.Error(k.Err())
	}
}

func TestLearnTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known_servers.json")
	var wg sync.WaitGroup
	for range 2 {
		k := mustKnown(t, path)
		for i := range 8 {
			wg.Go(func() {
				k.Learn(session.Target{Host: "h", Port: 1 + i}, func(l *session.Learned) { l.MaxSessions++ })
			})
		}
	}
	wg.Wait()
	all := mustKnown(t, path).All()
	if len(all) != 8 || all["h:3"].Learned.MaxSessions != 2 {
		t.Errorf("%d servers, %+v", len(all), all["h:3"])
	}
}

func TestKnownServersKeepsUnknownFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known_servers.json")
	in := `{"version":1,"x":1,"servers":{"h:21":{"y":2,"learned":{}}}}`
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	k := mustKnown(t, path)
	k.Learn(session.Target{Host: "h"}, func(l *session.Learned) { l.TLS12 = true })
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), `"y": 2`) || !strings.Contains(string(data), `"x": 1`) {
		t.Errorf("%s, %v", data, err)
	}
}

func FuzzKnownServers(f *testing.F) {
	f.Add([]byte(`{"version":1,"servers":{"h:21":{"certificate":{"sha256":"aa"},"plain_allowed":true}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		k := mustKnown(t, "")
		if k.parse(data) != nil {
			return
		}
		k.Learn(session.Target{Host: "fuzz"}, func(l *session.Learned) { l.TLS12 = true })
		if err := k.Err(); err != nil {
			t.Error(err)
		}
	})
}
