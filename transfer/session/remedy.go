package session

import (
	"slices"
	"strconv"
	"time"
)

// Remedy is something the program can do about an error, as a button.
type Remedy string

// The remedies. Those that Apply knows change the Target; the others are for
// the window: a question, a dialogue, another try.
const (
	NoRemedy          Remedy = ""
	TrustPASVHost     Remedy = "trust-pasv-host"    // use the address in PASV replies
	IgnorePASVHost    Remedy = "ignore-pasv-host"   // use the server's own address
	OneConnection     Remedy = "one-connection"     // browse and transfer over one
	FewerConnections  Remedy = "fewer-connections"  // Advice.Value of them
	StayTLS12         Remedy = "tls-1.2"            // never TLS 1.3
	UseExplicitTLS    Remedy = "explicit-tls"       // AUTH TLS at port 21
	UseImplicitTLS    Remedy = "implicit-tls"       // port 990
	UseEPSV           Remedy = "epsv"               // RFC 2428
	UsePASV           Remedy = "pasv"               // RFC 959
	UsePassive        Remedy = "passive"            // choose by itself
	UseActive         Remedy = "active"             // the server dials us
	OtherPassiveMode  Remedy = "other-passive-mode" // EPSV for PASV and back
	UseLIST           Remedy = "list"               // instead of MLSD
	SetClock          Remedy = "clock"              // Advice.Value is the offset
	TrustCertificate  Remedy = "trust-certificate"  // ask
	EnterPassword     Remedy = "enter-password"     // ask
	EnterAccount      Remedy = "enter-account"      // open the site's settings there
	ChooseCertificate Remedy = "choose-certificate" // open the site's settings there
	AllowPlain        Remedy = "allow-plain"        // ask
	EditSite          Remedy = "edit-site"          // open the site's settings
	Refresh           Remedy = "refresh"            // list again
	ShowHidden        Remedy = "show-hidden"        // list with dot files
	StartOver         Remedy = "start-over"         // without resuming
)

var remedyLabels = map[Remedy]string{
	TrustPASVHost: "Use the address the server names", IgnorePASVHost: "Use the server's own address",
	OneConnection: "Limit to 1 connection", FewerConnections: "Use fewer connections", StayTLS12: "Stay on TLS 1.2",
	UseExplicitTLS: "Use explicit TLS", UseImplicitTLS: "Use implicit TLS (port 990)",
	UseEPSV: "Use EPSV", UsePASV: "Use PASV", UsePassive: "Use passive mode", UseActive: "Use active mode", OtherPassiveMode: "Try the other passive mode",
	UseLIST: "List with LIST", SetClock: "Correct the server's clock", TrustCertificate: "Look at the certificate",
	EnterPassword: "Enter the password", EnterAccount: "Enter the account", ChooseCertificate: "Choose a certificate",
	AllowPlain: "Connect without encryption", EditSite: "Edit the site", Refresh: "Refresh", ShowHidden: "Show hidden files",
	StartOver: "Start over",
}

// Label is the text of the button.
func (r Remedy) Label() string { return remedyLabels[r] }

// Advice is a Remedy with its value, to be shown as a button and done.
type Advice struct {
	Remedy Remedy `json:"remedy"`
	Value  string `json:"value,omitempty"` // a number for FewerConnections, a duration for SetClock
	Text   string `json:"text"`            // of the button
}

func advise(r Remedy, value string) Advice {
	a := Advice{Remedy: r, Value: value, Text: r.Label()}
	switch r {
	case FewerConnections:
		a.Text = "Limit to " + value + " connections"
	case SetClock:
		a.Text = "Set the server's clock to UTC" + value
	}
	return a
}

// Apply gives the Target with the advice followed; false if the advice is
// not about the Target's settings, or they are like that already.
func (a Advice) Apply(t Target) (Target, bool) {
	was := t
	switch a.Remedy {
	case TrustPASVHost:
		t.TrustPASVHost = true
	case IgnorePASVHost:
		t.TrustPASVHost = false
	case OneConnection:
		t.MaxSessions = 1
	case FewerConnections:
		if n, err := strconv.Atoi(a.Value); err == nil && n > 0 {
			t.MaxSessions = n
		}
	case StayTLS12:
		t.TLSMax = "1.2"
	case UseExplicitTLS:
		t.Security, t.Port = ExplicitTLS, portUnless(t.Port, 990)
	case UseImplicitTLS:
		t.Security, t.Port = ImplicitTLS, portUnless(t.Port, 21)
	case UseEPSV:
		t.Data = DataEPSV
	case UsePASV:
		t.Data = DataPASV
	case UsePassive:
		t.Data = DataAuto
	case UseActive:
		t.Data = DataActive
	case OtherPassiveMode:
		t.Data = otherMode(t.Data)
	case UseLIST:
		t.List = ListLIST
	case SetClock:
		if d, err := time.ParseDuration(a.Value); err == nil {
			t.ClockOffset = &d
		}
	}
	return t, t != was
}

// portUnless drops a port that belongs to the other kind of TLS.
func portUnless(port int, other ...int) int {
	if slices.Contains(other, port) {
		return 0
	}
	return port
}

// otherMode is EPSV unless that is the mode: PASV is tried first over IPv4.
func otherMode(m DataMode) DataMode {
	if m == DataEPSV {
		return DataPASV
	}
	return DataEPSV
}
