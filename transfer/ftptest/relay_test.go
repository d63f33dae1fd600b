package ftptest

import (
	"strings"
	"testing"
)

func TestRelay(t *testing.T) {
	far := start(t, Options{})
	for name, o := range modes() {
		t.Run(name, func(t *testing.T) {
			o.Upstream = far.Addr()
			o.RequireTLS = false
			s := start(t, o)
			c := login(t, s)
			big := strings.Repeat("0123456789", 100_000)
			if code := c.put(big, "STOR f"); code != 226 || read(t, far, "f") != big {
				t.Fatalf("STOR: %d", code)
			}
			c.cmd(350, "REST 999990")
			if got, code := c.get("RETR f"); code != 226 || got != "0123456789" {
				t.Fatalf("RETR: %d %d bytes", code, len(got))
			}
			if got, code := c.get("RETR f"); code != 226 || got != big {
				t.Fatalf("RETR: %d %d bytes", code, len(got))
			}
			if got, _ := c.get("MLSD"); !strings.Contains(got, " f\r\n") {
				t.Fatalf("MLSD: %q", got)
			}
			c.open()
			c.cmd(550, "RETR nothing")
			if got := c.cmd(211, "FEAT"); strings.Contains(got, "AUTH") != (o.TLS != NoTLS) {
				t.Fatalf("FEAT: %q", got)
			}
			c.cmd(221, "QUIT")
			c.want(0)
		})
	}
}

func TestRelayFaults(t *testing.T) {
	data := strings.Repeat("0123456789", 100_000)
	tests := []struct {
		name     string
		fault    Fault
		code     int
		most     int
		moreCmds bool
	}{
		{"cut", Fault{Do: CutData, At: 1000}, 226, 1000, true},
		{"reset", Fault{Do: ResetData, At: 1000}, 426, 1000, true},
		{"disk", Fault{Do: FullDisk, At: 1000}, 552, 1000, true},
		{"said after", Fault{Do: SayAfter, On: "STOR,RETR", Text: "250 Ok."}, 250, len(data), true},
		{"said before", Fault{Do: Say, On: "EPSV", Text: "229 (|||1|)"}, 0, 0, true},
		{"control", Fault{Do: DropControl, At: 1000}, 0, len(data), false},
	}
	far := start(t, Options{})
	write(t, far, "f", data)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.fault.Times = 1
			s := start(t, Options{Upstream: far.Addr(), Faults: []Fault{tt.fault}})
			c := login(t, s)
			if tt.fault.On == "EPSV" {
				c.cmd(229, "EPSV")
				return
			}
			if code := c.put(data, "STOR g"); code != tt.code || len(read(t, far, "g")) > tt.most {
				t.Fatalf("%d, %d bytes", code, len(read(t, far, "g")))
			}
			if !tt.moreCmds {
				return
			}
			s.Heal()
			s.Inject(tt.fault)
			if got, code := c.get("RETR f"); code != tt.code || len(got) > tt.most {
				t.Fatalf("%d, %d bytes", code, len(got))
			}
			if got, code := c.get("RETR f"); code != 226 || got != data {
				t.Fatalf("afterwards: %d, %d bytes", code, len(got))
			}
		})
	}
}

func TestRelayToNobody(t *testing.T) {
	far := start(t, Options{})
	addr := far.Addr()
	far.Close()
	dial(t, start(t, Options{Upstream: addr})).want(421)
}

// TestRefusedTransfersUseRestUp: an offset that outlived a refused upload
// would lengthen the next one.
func TestRefusedTransfersUseRestUp(t *testing.T) {
	far := start(t, Options{})
	refuse := []Fault{{Do: Say, On: "STOR", Text: "425 No.", Times: 1}}
	for name, s := range map[string]*Server{"own": start(t, Options{Faults: refuse}), "relay": start(t, Options{Upstream: far.Addr(), Faults: refuse})} {
		c := login(t, s)
		c.put("0123456789", "APPE f")
		c.cmd(350, "REST 10")
		c.open()
		c.cmd(425, "STOR f")
		c.put("abc", "STOR f")
		if got := c.cmd(213, "SIZE f"); got != "213 3\r\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
