package transfer

import (
	"strings"
	"testing"
	"time"

	"longshore/transfer/session"
)

// allowed has a row for each state and a column for each that may follow:
// Waiting Connecting rUnning Verifying Asking Retrying Paused Done Skipped Failed cancelLed
var allowed = map[State]string{
	Waiting:    "-CU-A-P--FL",
	Connecting: "W-U-ARP--FL",
	Running:    "W--VARPDSFL",
	Verifying:  "W----RPD-FL",
	Asking:     "W-----P-SFL",
	Retrying:   "W---A-P--FL",
	Paused:     "W------D-FL",
	Done:       "W----------",
	Skipped:    "W----------",
	Failed:     "W----------",
	Cancelled:  "W----------",
}

func TestEveryPairOfStates(t *testing.T) {
	const letters = "WCUVARPDSFL"
	for from := range stateCount {
		for to := range stateCount {
			want := strings.IndexByte(allowed[from], letters[to]) >= 0
			if got := from.May(to); got != want {
				t.Errorf("%v → %v: %v, want %v", from, to, got, want)
			}
			q, err := Open(Config{Leaser: &fake{}})
			if err != nil {
				t.Fatal(err)
			}
			w := q.make(&Request{Direction: Upload, Target: session.Target{Host: "h"}, Local: "/l", Remote: "/r", Size: 10}, time.Now())
			w.state = from
			q.enter(w)
			if got := q.set(w, to); got != want {
				t.Errorf("set %v → %v: %v, want %v", from, to, got, want)
			}
			end := from
			if want {
				end = to
			}
			if w.state != end {
				t.Errorf("%v → %v: is %v", from, to, w.state)
			}
			sum := q.totals
			open := Totals{}
			end.tally(&open, 1)
			if !end.Ended() {
				open.Files, open.Bytes = 1, 10
			}
			if sum.Files != open.Files || sum.Bytes != open.Bytes || sum.Done != open.Done || sum.Failed != open.Failed || sum.Skipped != open.Skipped || sum.Active != open.Active {
				t.Errorf("%v → %v: totals %+v, want %+v", from, to, sum, open)
			}
			if _, active := q.active[w]; active != end.Active() {
				t.Errorf("%v → %v: active is %v", from, to, active)
			}
		}
	}
	if stateCount.May(Waiting) {
		t.Error("an unknown state may become Waiting")
	}
}
