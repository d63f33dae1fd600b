package sites

import (
	"path/filepath"
	"testing"

	"longshore/transfer/session"
)

func TestEnvDropsWhatIsVouchedFor(t *testing.T) {
	k := mustKnown(t, filepath.Join(t.TempDir(), "known_servers.json"))
	c := certificate("h.example", "a")
	if err := k.Trust(c, true); err != nil {
		t.Fatal(err)
	}
	var told []string
	env, err := NewEnv(EnvOptions{Known: k, Dropped: func(t session.Target, err error) { told = append(told, t.Host) }})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		env.Vouched(session.Target{Host: "other.example"})
		env.Vouched(session.Target{Host: "h.example"})
	}
	if len(told) != 1 || told[0] != "h.example" {
		t.Errorf("told of %q", told)
	}
	if k.Trusted(session.Target{Host: "h.example"}, c) {
		t.Error("the decision is still there")
	}
}
