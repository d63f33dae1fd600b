package transfer

import "time"

// After a crash nobody knows what the user would want of what was under way:
// with Config.HoldAfterCrash it waits for a decision, while what is added now
// goes on its way. An item that is held is Waiting and in no line; lining it
// up, by Release or by an order about it alone, ends that.

// Release lets what is held since a crash go on.
func (q *Queue) Release() {
	q.mu.Lock()
	for _, w := range q.aside {
		if w.held {
			q.letGo(w)
			q.line(w)
		}
	}
	q.aside = nil
	q.wake.Broadcast()
	q.mu.Unlock()
	q.ring()
}

// hold keeps an item out of the line. Queue.mu is held, as below.
func (q *Queue) hold(w *work) {
	w.held = true
	q.held++
	q.aside = append(q.aside, w)
}

// letGo notes that an item is no longer held.
func (q *Queue) letGo(w *work) {
	if w.held {
		w.held = false
		q.held--
		q.stamp(w)
	}
}

// toHold reports whether a restored item is to wait for the user's decision:
// it would begin at once.
func (q *Queue) toHold(w *work) bool {
	return q.holding && w.state == Waiting && !w.notBefore.After(time.Now())
}
