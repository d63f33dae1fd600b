package transfer

import (
	"context"
	"errors"
	"fmt"
	"path"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// remove deletes a file, or a folder with all it holds. Running it again
// after it was cut does no harm: it lists anew.
func (a *attempt) remove(ctx context.Context) (result, error) {
	if !a.w.folder {
		a.q.mu.Lock()
		written := a.q.written(a.w.site, a.w.remote)
		a.q.mu.Unlock()
		if written {
			return result{}, &session.Error{Kind: session.Busy, Step: "delete", Path: a.w.remote, Err: errTaken}
		}
		if err := a.gone(ctx, a.s.Delete(ctx, a.w.remote)); err != nil {
			return result{}, err
		}
		return result{state: Done, check: NotChecked}, nil
	}
	a.q.mu.Lock()
	a.w.tally = Totals{}
	a.q.mu.Unlock()
	err := a.removeTree(ctx, a.w.remote, "", map[string]bool{}, 0)
	return result{state: Done}, err
}

// gone turns "not found" into success, and after a lost reply asks whether
// the path is still there.
func (a *attempt) gone(ctx context.Context, err error) error {
	if session.KindOf(err) == session.NotFound {
		return nil
	}
	return err
}

// removeTree deletes a folder from its leaves. Links are deleted, never
// followed: some servers list a link to a folder as a folder, so a folder is
// deleted as if it were a file first, which takes a link and nothing else.
func (a *attempt) removeTree(ctx context.Context, dir, unique string, above map[string]bool, depth int) error {
	switch {
	case depth > maxDepth:
		return errorOf(session.Denied, "delete", dir, fmt.Errorf("more than %d folders below each other", maxDepth))
	case unique != "" && above[unique]:
		return errorOf(session.Denied, "delete", dir, errors.New("it is a folder above it once more"))
	}
	if depth > 0 {
		err := a.s.Delete(ctx, dir)
		if err == nil || session.KindOf(err) == session.NotFound {
			a.removed(1)
			return nil
		}
		if isDead(err) || ctx.Err() != nil || session.KindOf(err) == session.Network {
			return err
		}
	}
	var es []listing.Entry
	report, err := a.s.List(ctx, dir, func(rows []listing.Entry) { es = append(es, rows...) })
	if session.KindOf(err) == session.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	a.found(len(es))
	if unique != "" {
		above[unique] = true
		defer delete(above, unique)
	}
	var first error
	for _, e := range es {
		err := a.removeEntry(ctx, path.Join(dir, e.Raw), e, above, depth)
		if err != nil && (isDead(err) || ctx.Err() != nil || session.KindOf(err) == session.Network) {
			return err
		}
		if err != nil {
			a.refused(path.Join(dir, e.Raw), err)
			first = cmpErr(first, err)
		}
	}
	if first != nil {
		return first
	}
	if err := a.gone(ctx, a.s.RemoveDir(ctx, dir)); err != nil {
		if report.Truncated {
			return wrong("delete", dir, "the server cut its listing after %d names: %w", report.Rows, err)
		}
		return err
	}
	return nil
}

func (a *attempt) removeEntry(ctx context.Context, remote string, e listing.Entry, above map[string]bool, depth int) error {
	if err := listing.CheckName(e.Raw); err != nil {
		return errorOf(session.Denied, "delete", remote, err)
	}
	if e.Type == listing.Dir {
		return a.removeTree(ctx, remote, e.Unique, above, depth+1)
	}
	if err := a.gone(ctx, a.s.Delete(ctx, remote)); err != nil {
		return err
	}
	a.removed(1)
	return nil
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (a *attempt) found(n int) {
	a.tallied(func(t *Totals) { t.Files += n })
}

func (a *attempt) removed(n int) {
	a.q.advance(a.w, a.w.moved.Load()+int64(n)) // progress: the count of attempts begins anew
	a.tallied(func(t *Totals) { t.Done += n })
}

func (a *attempt) refused(remote string, err error) {
	a.q.mu.Lock()
	a.w.tally.Failed++
	a.q.refuse(a.w, remote, failureOf(err))
	a.q.mu.Unlock()
	a.q.ring()
}

func (a *attempt) tallied(f func(*Totals)) {
	a.q.mu.Lock()
	f(&a.w.tally)
	a.q.stamp(a.w)
	a.q.mu.Unlock()
	a.q.ring()
}
