package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// bed is one work laid out: what is moved, where from and where to.
type bed struct {
	work    work
	place   place
	source  string // on this disk, whichever side it belongs to
	target  string
	digests map[string][32]byte // of the source
}

const dataName = "data"

// lay makes the data and says where they go.
func (w work) lay(s *server, dir, ours string) (*bed, error) {
	b := &bed{work: w, place: place{host: s.Host, port: s.Port, user: s.User, password: s.Password,
		remote: path.Join(s.Dir, dataName), local: filepath.Join(dir, "local", dataName),
		ca: filepath.Join(dir, "ca.pem"), scratch: filepath.Join(dir, "scratch"), ours: ours}}
	b.source, b.target = filepath.Join(s.Root, dataName), b.place.local
	if w.up {
		b.source, b.target = b.target, b.source
	}
	if err := os.WriteFile(b.place.ca, s.CA, 0o644); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(b.place.local), 0o755); err != nil {
		return nil, err
	}
	into := b.source
	if w.shape.one {
		into = filepath.Join(dir, "made")
	}
	if err := w.shape.make(into); err != nil {
		return nil, err
	}
	if w.shape.one {
		if err := move(filepath.Join(into, w.shape.name(0)), b.source); err != nil {
			return nil, err
		}
	}
	var err error
	b.digests, err = digests(b.source)
	return b, err
}

// move renames, or copies where source and target are on different disks.
func move(from, to string) error {
	if os.Rename(from, to) == nil {
		return os.Chmod(to, 0o644)
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// once clears the target, lets one client work and looks at the result.
func (b *bed) once(ctx context.Context, client string) (run, error) {
	for _, old := range []string{b.target, b.place.scratch} {
		if b.work.shape.list && old == b.target {
			continue
		}
		if err := os.RemoveAll(old); err != nil {
			return run{}, err
		}
	}
	if err := os.MkdirAll(b.place.scratch, 0o700); err != nil {
		return run{}, err
	}
	c, err := build(client, b.work, b.place)
	if err != nil {
		return run{}, err
	}
	if b.work.wan != nil {
		c.args = inside(b.work.wan.near, c.args)
	} else {
		waitForPorts(ctx)
	}
	return measure(ctx, c, func() error { return b.check(c) })
}

// check compares what arrived with what was sent.
func (b *bed) check(c command) error {
	if b.work.shape.list {
		data, err := os.ReadFile(c.listed)
		if err != nil {
			return err
		}
		if n := bytes.Count(data, []byte("file-")); n < b.work.shape.files {
			return fmt.Errorf("%d of %d names were listed", n, b.work.shape.files)
		}
		return nil
	}
	got, err := digests(b.target)
	if err != nil {
		return err
	}
	for name, want := range b.digests {
		if got[name] != want {
			return fmt.Errorf("%q did not arrive whole; %d of %d files are there", name, len(got), len(b.digests))
		}
	}
	return nil
}

// digests maps the files of a tree, or the one file, to their SHA-256.
func digests(root string) (map[string][32]byte, error) {
	found := map[string][32]byte{}
	buf := make([]byte, 1<<20)
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.CopyBuffer(h, struct{ io.Reader }{f}, buf); err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		found[rel] = [32]byte(h.Sum(nil))
		return err
	})
	return found, err
}
