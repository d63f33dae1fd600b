package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Links is what becomes of symbolic links that a walk meets. Whatever is
// chosen, no walk goes round in a circle.
type Links uint8

// The choices.
const (
	LinkedFiles Links = iota // a link to a file in the tree is taken as that file, other links are left out
	FollowLinks              // every link is taken as what it leads to, folders too
	NoLinks                  // left out
	LinksAsIs                // a link arrives as a link, where both sides can
)

// linker is a session that can make symbolic links; not every server can.
type linker interface {
	Symlink(ctx context.Context, leadsTo, path string) error
}

var (
	errLinkTaken  = errors.New("something of that name is there, which is no link")
	errLinkAway   = errors.New("the link leads out of the folder, or could")
	errEarly      = errors.New("what the link leads to has not arrived yet")
	errLinkSilent = errors.New("the server does not say where the link leads")
)

// upLink takes a symbolic link here by the rule.
func (b *batch) upLink(root *os.Root, name string, seen *dirSeen) error {
	switch b.a.w.options.Links {
	case NoLinks:
		b.skipped++
		return nil
	case LinksAsIs:
		return b.upLinkAsIs(root, name, seen)
	}
	return b.upLinked(root, name, seen)
}

// upLinked takes a link as what it leads to: to a file in this tree as that
// file, to anything else only if links are followed, and never to a folder
// above.
func (b *batch) upLinked(root *os.Root, name string, seen *dirSeen) error {
	local, remote := filepath.Join(b.p.local, name), path.Join(b.p.remote, name)
	follow := b.a.w.options.Links == FollowLinks
	stat := func() (fs.FileInfo, error) { return root.Stat(name) }
	if follow {
		stat = func() (fs.FileInfo, error) { return os.Stat(local) }
	}
	info, err := stat()
	switch {
	case err != nil:
		b.refuse(name, fmt.Errorf("the link leads nowhere or out of the folder: %w", err))
	case info.Mode().IsRegular():
		return b.file(find{local: local, remote: remote, size: info.Size(), time: info.ModTime(), exact: true, seen: seen.sight(name)})
	case !info.IsDir() || !follow:
		b.skipped++
	default:
		for o := b.p; o != nil; o = o.above {
			if o.info != nil && os.SameFile(o.info, info) {
				b.refuse(name, fmt.Errorf("the link leads to a folder above it"))
				return nil
			}
		}
		b.folder(name, &part{local: local, remote: remote})
	}
	return nil
}

// upLinkAsIs makes an item of a link, of the next lower priority, for servers
// want to see first what it leads to.
func (b *batch) upLinkAsIs(root *os.Root, name string, seen *dirSeen) error {
	local := filepath.Join(b.p.local, name)
	to, err := root.Readlink(name)
	switch {
	case err != nil:
		b.refuse(name, localError("read", local, err))
		return nil
	case filepath.IsAbs(to):
		b.refuse(name, fmt.Errorf("the link leads to %q, which is a place on this machine only", listing.Escape(to)))
		return nil
	}
	return b.file(find{local: local, remote: path.Join(b.p.remote, name), link: filepath.ToSlash(to), exact: true, seen: seen.sight(name)})
}

// makeLink is the attempt of an item that is a link. A link that is there
// already is believed to be it: few servers say where theirs lead.
func (a *attempt) makeLink(ctx context.Context) (result, error) {
	w := a.w
	there, err := a.look(ctx)
	switch {
	case err != nil:
		return result{}, err
	case there.link:
		return result{state: Skipped, note: "a link is there"}, nil
	case there.exists:
		return result{}, errorOf(session.Denied, "link", w.remote, errLinkTaken)
	}
	l, can := a.s.(linker)
	if !can {
		return result{}, errorOf(session.Unavailable, "link", w.remote, session.ErrNoLinks)
	}
	early := a.early()
	err = l.Symlink(ctx, w.link, w.remote)
	if kind := session.KindOf(err); early && !isDead(err) && (kind == session.NotFound || kind == session.Denied) {
		return result{}, errorOf(session.Busy, "link", w.remote, errEarly)
	}
	return result{state: Done}, err
}

// early reports whether what the link leads to may still come.
func (a *attempt) early() bool {
	a.q.mu.Lock()
	defer a.q.mu.Unlock()
	up := a.w.up
	return up != nil && (!up.walked || slices.ContainsFunc(up.kids, func(o *work) bool { return o.link == "" && !o.state.Ended() }))
}

// downLink takes a symbolic link of the server by the rule.
func (a *attempt) downLink(ctx context.Context, b *batch, e listing.Entry, names takenNames) error {
	links := a.w.options.Links
	switch {
	case listing.CheckName(e.Raw) != nil:
		return b.down(e, names)
	case links == NoLinks:
		b.skipped++
		return nil
	case links == LinksAsIs:
		return b.downLinkAsIs(e, names)
	}
	at, err := a.s.Stat(ctx, path.Join(b.p.remote, e.Raw))
	switch {
	case err != nil && (session.KindOf(err).Retry() || ctx.Err() != nil):
		return err
	case err != nil || at.Type != listing.File && links != FollowLinks:
		b.skipped++
		return nil
	}
	at.Raw, at.Name, at.Unique = e.Raw, e.Name, cmpOr(at.Unique, e.Unique)
	if at.Type == listing.Link {
		at.Type = listing.Dir
	}
	return b.down(at, names)
}

// downLinkAsIs makes the same link here, if it stays in the folder.
func (b *batch) downLinkAsIs(e listing.Entry, names takenNames) error {
	if b.skips(e.Raw, false) {
		return nil
	}
	local, err := b.localName(e, path.Join(b.p.remote, e.Raw), names)
	if err == nil && e.Target == "" {
		err = errLinkSilent
	}
	if err == nil {
		err = b.a.linkHere(local, e.Target)
	}
	if err != nil {
		b.refuse(e.Raw, err)
	}
	return nil
}

// linkHere makes a symbolic link at a local path below the item's folder. It
// leads nowhere but to what is below that folder, too.
func (a *attempt) linkHere(local, to string) error {
	rel, err := filepath.Rel(a.w.local, local)
	switch {
	case err != nil:
		return err
	case runtime.GOOS == "windows":
		return errors.New("links are not made on Windows")
	case !linkStays(filepath.Dir(rel), to):
		return fmt.Errorf("%w: to %q", errLinkAway, listing.Escape(to))
	}
	root, err := os.OpenRoot(a.w.local)
	if err != nil {
		return localError("open folder", a.w.local, err)
	}
	defer root.Close()
	if err := plainFolders(root, filepath.Dir(rel)); err != nil {
		return err
	}
	err = root.Symlink(to, rel)
	if errors.Is(err, fs.ErrExist) {
		if is, _ := root.Readlink(rel); is != to {
			return errLinkTaken
		}
		err = nil
	}
	return localError("link", local, err)
}

// linkStays reports whether a link in a folder, given by its path below the
// top, leads to what is below the top, whatever other links there are: it may
// go up, but only before it goes down.
func linkStays(dir, to string) bool {
	if to == "" || strings.HasPrefix(to, "/") || strings.ContainsAny(to, "\x00\\") {
		return false
	}
	down := false
	for _, step := range strings.Split(to, "/") {
		switch {
		case step == ".." && down:
			return false
		case step != ".." && step != "." && step != "":
			down = true
		}
	}
	return filepath.IsLocal(filepath.Join(dir, to))
}

// plainFolders makes sure that no part of a path is a link itself: a path up
// from behind one leads elsewhere.
func plainFolders(root *os.Root, dir string) error {
	for d := dir; d != "."; d = filepath.Dir(d) {
		info, err := root.Lstat(d)
		if err != nil {
			return localError("look at", d, err)
		}
		if !info.IsDir() {
			return errLinkAway
		}
	}
	return nil
}
