package transfer

import (
	"context"
	"path"
	"sync"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// How long a remote folder is believed to be as it was seen, and how many.
const (
	seenFor  = time.Minute
	seenMost = 64

	// seenNames of all of them are kept; a file whose name is not among them is
	// asked for by itself.
	seenNames = 100_000
)

// dirs remembers remote folders of one server: which were made, and what was
// in them, so that a thousand files to one folder cost one listing.
type dirs struct {
	mu    sync.Mutex
	made  map[string]bool // they exist
	asked map[string]int  // files asked for one by one
	seen  map[string]*dirSeen
}

// dirSeen is a remote folder as it was listed.
type dirSeen struct {
	at    time.Time
	names map[string]sight
	whole bool // false: the server cut the listing
}

func newDirs() *dirs {
	return &dirs{made: map[string]bool{}, asked: map[string]int{}, seen: map[string]*dirSeen{}}
}

// sight tells what the listing shows under a name; nil if it does not tell.
func (d *dirSeen) sight(name string) *sight {
	if d == nil {
		return nil
	}
	if s, ok := d.names[name]; ok {
		return &s
	}
	if !d.whole {
		return nil
	}
	return &absent
}

var absent sight

func sightOf(e listing.Entry) sight {
	return sight{exists: true, folder: e.Type == listing.Dir, link: e.Type == listing.Link, size: e.Size, time: e.Time, exact: e.Exact}
}

// list reads a remote folder. The error of one that is missing is NotFound.
func (a *attempt) list(ctx context.Context, dir string) (*dirSeen, error) {
	d := &dirSeen{at: time.Now(), names: map[string]sight{}}
	report, err := a.s.List(ctx, dir, func(es []listing.Entry) {
		for _, e := range es {
			if len(d.names) < seenNames {
				d.names[e.Raw] = sightOf(e)
			}
		}
	})
	d.whole = len(d.names) < seenNames && !report.Truncated && report.Unreadable == 0
	return d, err
}

// counterpart sees to it that a remote folder exists and tells what is in it;
// nil if the server does not let it be listed.
func (a *attempt) counterpart(ctx context.Context, p *part) (*dirSeen, error) {
	dir := p.remote
	if p.above != nil && p.above.made && a.s.MakeDir(ctx, dir) == nil {
		p.made = true
		a.dirs().exists(dir)
		return &dirSeen{whole: true}, nil
	}
	d, err := a.list(ctx, dir)
	if err == nil {
		a.dirs().exists(dir)
		return d, nil
	}
	switch session.KindOf(err) {
	case session.NotFound, session.Denied, session.Unavailable:
	default:
		return nil, err
	}
	if err := a.s.MakeDirAll(ctx, dir); err != nil {
		return nil, err
	}
	a.dirs().exists(dir)
	if session.KindOf(err) != session.NotFound {
		return nil, nil
	}
	p.made = true
	return &dirSeen{whole: true}, nil
}

func (a *attempt) dirs() *dirs { return a.w.site.dirs }

func (d *dirs) exists(dir string) {
	d.mu.Lock()
	d.made[dir] = true
	d.mu.Unlock()
}

// makeDir makes a remote folder unless it is known to exist.
func (a *attempt) makeDir(ctx context.Context, dir string) error {
	d := a.dirs()
	d.mu.Lock()
	made := d.made[dir] || dir == "/"
	d.mu.Unlock()
	if made {
		return nil
	}
	if err := a.s.MakeDirAll(ctx, dir); err != nil {
		return err
	}
	d.exists(dir)
	return nil
}

// look tells what is at the item's remote path: from the walk's listing, from
// one made for an earlier file of the same folder, or by asking.
func (a *attempt) look(ctx context.Context) (sight, error) {
	if a.seen != nil && a.attempts == 0 {
		return *a.seen, nil
	}
	dir, name := path.Dir(a.w.remote), path.Base(a.w.remote)
	d, due := a.dirs().recall(dir)
	if d == nil && due && a.attempts == 0 {
		seen, err := a.list(ctx, dir)
		switch session.KindOf(err) {
		case session.Unknown:
			if err == nil {
				a.dirs().keep(dir, seen)
				d = seen
			}
		case session.NotFound:
			return sight{}, nil
		case session.Network, session.Protocol, session.Busy, session.Cancelled, session.TLS, session.Auth:
			return sight{}, err
		}
	}
	if s := d.sight(name); s != nil && a.attempts == 0 {
		return *s, nil
	}
	return a.ask(ctx, a.w.remote)
}

// ask tells what is at a remote path by Stat.
func (a *attempt) ask(ctx context.Context, remote string) (sight, error) {
	e, err := a.s.Stat(ctx, remote)
	if session.KindOf(err) == session.NotFound {
		return sight{}, nil
	}
	if err != nil {
		return sight{}, err
	}
	return sightOf(e), nil
}

// recall gives the listing that is fresh enough, or says that one is due: at
// the second file of a folder.
func (d *dirs) recall(dir string) (*dirSeen, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.seen[dir]; s != nil && time.Since(s.at) < seenFor {
		return s, false
	}
	if len(d.asked) > 4096 {
		clear(d.asked)
	}
	d.asked[dir]++
	return nil, d.asked[dir] > 1
}

func (d *dirs) keep(dir string, s *dirSeen) {
	d.mu.Lock()
	defer d.mu.Unlock()
	names := len(s.names)
	for _, o := range d.seen {
		names += len(o.names)
	}
	if len(d.seen) >= seenMost || names > seenNames {
		clear(d.seen)
	}
	d.seen[dir] = s
	d.made[dir] = true
}

// forget drops what is believed of a folder, when a server contradicts it.
func (d *dirs) forget(dir string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.seen, dir)
	delete(d.made, dir)
}
