package transfer

import (
	"context"
	"errors"
	"os"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Verify compares files that are Done once more, without moving them again:
// their sizes, and a digest where the server has one; an upload is read back
// where it has none. An item that differs becomes Failed, and Retry moves it
// anew.
func (q *Queue) Verify(ids ...ItemID) {
	q.each(ids, func(w *work) {
		if w.state != Done || w.folder || w.direction == Remove || w.link != "" || w.busy {
			return
		}
		w.inspect, w.attempts = true, 0
		if !q.set(w, Waiting) {
			return
		}
		if up := w.up; up != nil && up.state.Ended() && q.set(up, Waiting) {
			q.line(up) // it runs as long as its children do
		}
		q.again(w)
	})
}

// inspect is the attempt of an item that is only to be compared.
func (a *attempt) inspect(ctx context.Context) (result, error) {
	f, err := a.openLocal()
	if err != nil {
		return result{}, localError("open", a.w.local, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return result{}, localError("open", a.w.local, err)
	}
	if err := a.verifying(ctx); err != nil {
		return result{}, err
	}
	e, err := a.s.Stat(ctx, a.w.remote)
	switch {
	case session.KindOf(err) == session.Unavailable:
		return result{state: Done, check: NotCheckable, note: "the server does not tell sizes"}, nil
	case err != nil:
		return result{}, err
	case e.Type == listing.Dir:
		return result{}, a.differs("it is a folder")
	case e.Size >= 0 && e.Size != info.Size():
		return result{}, a.differs("the sizes differ")
	}
	return a.inspectBytes(ctx, f, info.Size(), e.Size >= 0)
}

func (a *attempt) inspectBytes(ctx context.Context, f *os.File, size int64, sized bool) (result, error) {
	algo, err := a.digest(ctx, a.w.remote, size, f)
	switch {
	case err != nil && session.KindOf(err) == session.Protocol && !isDead(err):
		return result{}, a.differs(errors.Unwrap(err).Error())
	case err != nil:
		return result{}, err
	case algo != "":
		return result{state: Done, check: Verified, note: algo}, nil
	}
	c := &comparer{r: f}
	n, err := a.s.Retrieve(ctx, a.w.remote, 0, c, a.pace())
	switch {
	case c.err != nil:
		return result{}, localError("read", a.w.local, c.err)
	case errors.Is(err, errOther), err == nil && n != size && sized:
		return result{}, a.differs("read again, it differs")
	case err != nil:
		return result{}, err
	}
	return result{state: Done, check: Verified, note: "read again"}, nil
}

// openLocal opens this side's file of either direction.
func (a *attempt) openLocal() (*os.File, error) {
	if a.w.direction == Upload {
		return a.openSource()
	}
	p, err := a.desk.place(a.w, a.w.local)
	if err != nil {
		return nil, err
	}
	return p.root.Open(p.name)
}

// differs is not tried again, for the next look would find the same; and
// what Retry does then begins at 0.
func (a *attempt) differs(how string) error {
	a.scratch = true
	return errorOf(session.Denied, "verify", a.w.remote, errors.New(how))
}
