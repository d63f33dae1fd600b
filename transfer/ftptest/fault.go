package ftptest

import (
	"math/rand/v2"
	"path"
	"strings"
	"sync"
	"time"
)

// Do is what a Fault does.
type Do uint8

// Faults of the control connection. They strike at the command named by On,
// or at the greeting where On is "GREETING".
const (
	Say          Do = iota + 1 // Text is the reply, nothing is done; 421 also closes
	SayAfter                   // it is done, but Text is its final reply
	Silence                    // no reply, nothing is done; the session goes on
	SilenceAfter               // it is done, the final reply never comes
	Late                       // it is done, the final reply comes after Delay
	Delayed                    // everything about it begins after Delay
	DropBefore                 // the control connection closes, nothing is done
	DropInstead                // it is done, then the control connection closes instead of the final reply
	DropAfter                  // the control connection closes after the final reply
	Trickle                    // its replies come byte by byte, Delay apart
	EndlessLine                // a reply that has no end of line
	EndlessLines               // a reply whose last line never comes
	Garbage                    // 64 KiB of random bytes instead of a reply
	Append                     // Text follows the final reply in the same packet: with AUTH it is injected before TLS
)

// Faults of data connections. They strike when At bytes have crossed.
const (
	StallData   Do = iota + 101 // nothing moves for Delay; 0: for ever
	ResetData                   // RST, then Text or a 426
	CutData                     // closed without close_notify, then Text or a lying 226
	FinishData                  // properly closed, then Text or a lying 226
	LoseData                    // STOR: the rest is read and thrown away, then 226
	FullDisk                    // STOR: 552 and the data connection closed
	DropControl                 // the control connection closes; RETR still sends all its bytes
	BadData                     // one bit of the byte at At is flipped
)

// Faults of passive ports and listings, where At counts rows.
const (
	DeadPort       Do = iota + 201 // EPSV or PASV names a port at which nobody listens
	MutePort                       // the port is open, but the server never takes the connection
	RawListing                     // Text, with all its line ends, is the listing
	ExtraListing                   // Text follows the true listing
	EndlessListing                 // rows without end
	TruncateRows                   // At rows, then "226 Output truncated to At matches"
)

// Fault is one thing that goes wrong. Several may strike at one command.
type Fault struct {
	Do      Do
	On      string // verbs it strikes at, "STOR" or "STOR,APPE"; "" is every one
	Path    string // only at arguments whose last part is this; "" is every one
	At      int64  // byte of the data connection, or row
	Spread  int64  // if > 0, a random number below it is added to At each time
	Delay   time.Duration
	Text    string  // see Do; CRLF is added at the end of a reply
	Hard    bool    // close by RST instead of FIN
	Times   int     // how often it strikes; 0: always
	Skip    int     // how many occasions pass before it first may
	Chance  float64 // of striking at an occasion; 0: certain
	Session int     // only in the session of that number, counted from 1; 0: all
}

// faults is the list of a server, with its counts.
type faults struct {
	mu   sync.Mutex
	rnd  *rand.Rand
	list []*counted
}

type counted struct {
	Fault
	passed, struck int
}

// armed is a Fault that may strike during the present command.
type armed struct {
	Fault
	from *counted
	set  *faults
	done bool
}

func newFaults(list []Fault, seed uint64) *faults {
	f := &faults{rnd: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))}
	f.add(list)
	return f
}

func (f *faults) add(list []Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range list {
		f.list = append(f.list, &counted{Fault: one})
	}
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

func (f *faults) struck() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.list {
		n += c.struck
	}
	return n
}

// arm picks the faults that may strike at this command.
func (f *faults) arm(session int, verb, arg string) []*armed {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []*armed
	for _, c := range f.list {
		if !c.matches(session, verb, arg) || c.Times > 0 && c.struck >= c.Times {
			continue
		}
		c.passed++
		if c.passed <= c.Skip || c.Chance > 0 && f.rnd.Float64() >= c.Chance {
			continue
		}
		a := &armed{Fault: c.Fault, from: c, set: f}
		if c.Spread > 0 {
			a.At += f.rnd.Int64N(c.Spread)
		}
		out = append(out, a)
	}
	return out
}

func (c *counted) matches(session int, verb, arg string) bool {
	if c.Session != 0 && c.Session != session {
		return false
	}
	if c.Path != "" && path.Base(arg) != c.Path {
		return false
	}
	if c.On == "" {
		return true
	}
	for v := range strings.SplitSeq(c.On, ",") {
		if v == verb {
			return true
		}
	}
	return false
}

// claim counts a strike; false when the Fault's Times are used up by others.
func (a *armed) claim() bool {
	a.set.mu.Lock()
	defer a.set.mu.Unlock()
	if a.done || a.Times > 0 && a.from.struck >= a.Times {
		return false
	}
	a.done = true
	a.from.struck++
	return true
}

// take gives the first armed fault of that kind, counted as struck, or nil.
func take(list []*armed, do Do) *armed {
	for _, a := range list {
		if a.Do == do && a.claim() {
			return a
		}
	}
	return nil
}

// next gives the data fault that strikes first at or after byte n, uncounted.
func next(list []*armed, n int64) *armed {
	var first *armed
	for _, a := range list {
		if a.Do >= StallData && a.Do <= BadData && !a.done && a.At >= n && (first == nil || a.At < first.At) {
			first = a
		}
	}
	return first
}
