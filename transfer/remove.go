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
		if u := a.w.undo; u != nil {
			if err := a.putBack(ctx, u.Back); err != nil {
				return result{}, err
			}
			if other, err := a.otherNow(ctx, u.Below); other || err != nil {
				return result{state: Skipped, note: "it is not the half file any more"}, err
			}
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

// putBack gives a file that stands aside its name again, if nothing has taken
// that; else it is in the way.
func (a *attempt) putBack(ctx context.Context, to string) error {
	if to == "" {
		return nil
	}
	_, there, err := a.sizeOrNone(ctx, to)
	switch {
	case err != nil:
		return err
	case there:
		return a.gone(ctx, a.s.Delete(ctx, oldName(to)))
	}
	return a.gone(ctx, a.s.Rename(ctx, oldName(to), to))
}

// otherNow reports whether a file is no longer the half one that was left: it
// is not shorter than the whole would be.
func (a *attempt) otherNow(ctx context.Context, below int64) (bool, error) {
	if below == 0 {
		return false, nil
	}
	n, there, err := a.sizeOrNone(ctx, a.w.remote)
	return there && (n < 0 || n >= below), err
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
	r := &treeRemoval{attempt: a, above: above, ahead: map[string]session.Folder{}}
	return r.folder(ctx, dir, unique, depth)
}

// The limits of a removal.
const (
	aheadFolders = 32  // listed together before they are entered
	hopeless     = 100 // names in a row that are not there, after which a listing without end is given up
	mostRounds   = 100 // listings of one folder that the server cuts each time
)

// treeRemoval is the deletion of one tree.
type treeRemoval struct {
	*attempt
	above map[string]bool           // the unique facts of the folders we are in
	ahead map[string]session.Folder // folders that were listed ahead of their turn
}

// lower is a name in a folder; folders may have many, so it is kept small.
type lower struct {
	raw, unique string
	kind        listing.Type
}

func (r *treeRemoval) folder(ctx context.Context, dir, unique string, depth int) error {
	switch {
	case depth > maxDepth:
		return errorOf(session.Denied, "delete", dir, fmt.Errorf("more than %d folders below each other", maxDepth))
	case unique != "" && r.above[unique]:
		return errorOf(session.Denied, "delete", dir, errors.New("it is a folder above it once more"))
	}
	if depth > 0 {
		err := r.s.Delete(ctx, dir)
		if err == nil || session.KindOf(err) == session.NotFound {
			return err
		}
		if breaks(ctx, err) {
			return err
		}
	}
	if unique != "" {
		r.above[unique] = true
		defer delete(r.above, unique)
	}
	for round := 1; ; round++ {
		again, err := r.round(ctx, dir, depth)
		if !again || round == mostRounds {
			return err
		}
	}
}

var errNotThere = errors.New("the names are not there")

// breaks reports an error after which nothing more can be done now.
func breaks(ctx context.Context, err error) bool {
	return err != nil && (isDead(err) || ctx.Err() != nil || session.KindOf(err) == session.Network)
}

// round deletes what a folder's listing shows, and then the folder. It is to
// be done again where the listing was cut, or was made ahead and is not true
// any more, and all that it showed is gone.
func (r *treeRemoval) round(ctx context.Context, dir string, depth int) (again bool, err error) {
	es, report, ahead, err := r.list(ctx, dir)
	if session.KindOf(err) == session.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r.found(len(es))
	if err := r.entries(ctx, dir, es, depth, report.Limited); err != nil {
		return false, err
	}
	err = r.gone(ctx, r.s.RemoveDir(ctx, dir))
	switch {
	case err == nil || breaks(ctx, err):
		return false, err
	case ahead || report.Truncated && len(es) > 0:
		return true, wrong("delete", dir, "the server cut its listing after %d names: %w", report.Rows, err)
	}
	return false, err
}

// list gives what is in a folder, from a listing made ahead if there is one.
func (r *treeRemoval) list(ctx context.Context, dir string) (es []lower, report listing.Report, ahead bool, err error) {
	keep := func(rows []listing.Entry) {
		for i := range rows {
			es = append(es, lower{rows[i].Raw, rows[i].Unique, rows[i].Type})
		}
	}
	if f, ok := r.ahead[dir]; ok {
		delete(r.ahead, dir)
		keep(f.Rows)
		return es, f.Report, true, nil
	}
	report, err = r.s.List(ctx, dir, keep)
	return es, report, false, err
}

// entries deletes what is in a folder, files first and together where the
// server bears that. What could not be deleted is noted; the error is the
// first of it, or the one that breaks all off.
func (r *treeRemoval) entries(ctx context.Context, dir string, es []lower, depth int, endless bool) error {
	var first error
	vain := 0
	noted := func(raw string, err error) error {
		if breaks(ctx, err) {
			return err
		}
		if vain++; err == nil {
			vain = 0
		}
		if session.KindOf(err) == session.NotFound {
			err = nil // gone before us
		}
		if err != nil {
			r.refused(path.Join(dir, raw), err)
			first = cmpErr(first, err)
		} else {
			r.removed(1)
		}
		if endless && vain >= hopeless {
			return errorOf(session.Denied, "delete", dir, fmt.Errorf("its listing may have no end, and what it names cannot be deleted: %w", cmpErr(err, errNotThere)))
		}
		return nil
	}
	files, folders := partition(es)
	if err := r.files(ctx, dir, files, noted); err != nil {
		return err
	}
	for i, e := range folders {
		remote := path.Join(dir, e.raw)
		err := listing.CheckName(e.raw)
		if err != nil {
			err = errorOf(session.Denied, "delete", remote, err)
		} else {
			if err := r.look(ctx, dir, folders[i:]); err != nil {
				return err
			}
			err = r.folder(ctx, remote, e.unique, depth+1)
		}
		if err := noted(e.raw, err); err != nil {
			return err
		}
	}
	return first
}

func partition(es []lower) (files, folders []lower) {
	for _, e := range es {
		if e.kind == listing.Dir {
			folders = append(folders, e)
		} else {
			files = append(files, e)
		}
	}
	return files, folders
}

// together is what a Server may have besides, for servers that bear many
// commands at once; *session.Session does.
type together interface {
	ListMany(ctx context.Context, top string, dirs []string) ([]session.Folder, error)
	DeleteMany(ctx context.Context, dir string, names []string) ([]error, error)
}

// files deletes what is no folder.
func (r *treeRemoval) files(ctx context.Context, dir string, es []lower, noted func(string, error) error) error {
	var names []string
	for _, e := range es {
		if err := listing.CheckName(e.raw); err != nil {
			if err := noted(e.raw, errorOf(session.Denied, "delete", path.Join(dir, e.raw), err)); err != nil {
				return err
			}
			continue
		}
		names = append(names, e.raw)
	}
	for len(names) > 0 {
		errs, err := r.deleteSome(ctx, dir, names)
		if err != nil {
			return err
		}
		for i, err := range errs {
			if err := noted(names[i], err); err != nil {
				return err
			}
		}
		names = names[len(errs):]
	}
	return nil
}

// deleteSome deletes the first of names, at least one.
func (r *treeRemoval) deleteSome(ctx context.Context, dir string, names []string) ([]error, error) {
	if s, ok := r.s.(together); ok && len(names) > 1 {
		if errs, err := s.DeleteMany(ctx, dir, names); err != nil || len(errs) > 0 {
			return errs, err
		}
	}
	return []error{r.s.Delete(ctx, path.Join(dir, names[0]))}, nil
}

// look lists the next folders ahead, if the first of them was not.
func (r *treeRemoval) look(ctx context.Context, dir string, folders []lower) error {
	s, ok := r.s.(together)
	if _, known := r.ahead[path.Join(dir, folders[0].raw)]; !ok || known || len(folders) < 2 {
		return nil
	}
	var dirs []string
	for _, e := range folders[:min(len(folders), aheadFolders)] {
		if listing.CheckName(e.raw) == nil {
			dirs = append(dirs, path.Join(dir, e.raw))
		}
	}
	found, err := s.ListMany(ctx, r.w.remote, dirs)
	if breaks(ctx, err) {
		return err
	}
	for _, f := range found {
		r.ahead[f.Dir] = f
	}
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
