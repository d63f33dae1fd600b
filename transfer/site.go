package transfer

import (
	"slices"
	"time"
)

// site is what the queue knows of one server and account (Target.Key).
// Queue.mu guards it.
type site struct {
	key      string
	ready    workHeap  // Waiting items in order; entries that are no longer Waiting are dropped when met
	walks    []*work   // folders with parts still to be walked
	inUse    int       // slots that work for it
	kept     int       // slots that keep a session while they look for their next job
	live     int       // of inUse, those that have a session
	logins   int       // sessions had so far
	walking  int       // likewise, those that plan
	stepped  bool      // the last job taken was a step of a walk
	most     int       // more sessions were refused; 0: no limit known
	mostTill time.Time // when more are tried again
	hold     time.Time // no connection is tried before
	failures int       // connections that failed in a row
	waits    int       // times it was busy or the network gone, in a row
	question *Question // stands for all its items until answered
	segments int       // how many sessions were best for one big file; 0: not known
	crew     crew      // how many slots may work for it, with Auto
	done     int64     // bytes moved, and fileWorth for each file, to measure that
	dirs     *dirs     // remote folders as they were seen; has its own lock
	calls    *work     // the folder for whose files sessions are opened already
	came     int       // of those, how many are there
	coming   int       // and are on their way

	segmentsTill time.Time // when that is found out anew
}

// limitKept is how long a refused session is not asked for again.
const limitKept = 10 * time.Minute

// full reports whether no more slots may work for it now.
func (s *site) full(perSite int, now time.Time) bool {
	if s.question != nil || s.hold.After(now) {
		return true
	}
	if s.failures+s.waits > 0 && s.inUse > s.live {
		return true // one slot tries whether it is back
	}
	if s.most > 0 && now.After(s.mostTill) {
		s.most = 0
	}
	n := s.inUse + s.kept
	return perSite > 0 && n >= perSite || s.most > 0 && n >= s.most || s.crew.level > 0 && n >= s.crew.level
}

// next is the job the site would give out, nil if none: a step of a walk
// before the files it finds, as long as that leaves slots for the files.
func (s *site) next(slots int) *work {
	file := s.head()
	walk := s.walkDue()
	switch {
	case walk == nil:
		return file
	case file == nil:
		return walk
	case s.walking == 0 && (slots > 1 || !s.stepped) && len(s.ready) < maxAhead:
		return walk
	}
	return file
}

// maxAhead is how many items a walk may be ahead of the slots.
const maxAhead = 200_000

// walkDue is a folder that has a part to be walked and nothing in the way.
func (s *site) walkDue() *work {
	s.walks = slices.DeleteFunc(s.walks, func(w *work) bool { return w.walked || w.state.Ended() || w.walk == nil })
	for _, w := range s.walks {
		if w.state == Running && len(w.walk.parts) > 0 {
			return w
		}
	}
	return nil
}
