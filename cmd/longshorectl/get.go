package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

var errNeedsRecursive = errors.New("it is a folder: use -r")

// get downloads files and, with -r, folders into a local folder, or one file
// to a file's name.
func get(ctx context.Context, p *program, args []string) error {
	places, err := p.places(args[:len(args)-1])
	if err != nil {
		return err
	}
	target := args[len(args)-1]
	abs, err := filepath.Abs(target)
	if err != nil {
		return err
	}
	words := []string{"get", abs}
	j := job{}
	into := len(places) > 1 || isFolder(target)
	for _, a := range places {
		words = append(words, a.key())
		r, err := p.download(ctx, a, target, into)
		if _, ok := errors.AsType[*connectError](err); ok || ctx.Err() != nil {
			return err
		}
		if err != nil {
			p.failed(a.String(), err)
			j.failed++
			continue
		}
		j.requests = append(j.requests, r)
	}
	j.key = keyOf(words...)
	return p.transfer(ctx, j)
}

// download turns a place into a request. into says that target is a folder.
func (p *program) download(ctx context.Context, a place, target string, into bool) (transfer.Request, error) {
	r := transfer.Request{Direction: transfer.Download, Target: a.target, Remote: a.path, Size: -1, Options: p.optionsFor(a)}
	var e listing.Entry
	err := p.withPatience(ctx, a.target, func(s *session.Session) (err error) {
		e, err = stat(ctx, s, a)
		return err
	})
	if err != nil {
		return r, err
	}
	r.Folder = e.Type == listing.Dir
	switch {
	case r.Folder && !p.options.recursive:
		return r, errNeedsRecursive
	case !r.Folder && a.slash:
		return r, errors.New("it is no folder, but was written with a slash at the end")
	case !r.Folder:
		r.Size, r.ModTime, r.Seen = e.Size, e.Time, e.Exact
	}
	into = into || r.Folder
	r.Local, err = localTarget(target, a, into && !(r.Folder && a.slash))
	if err != nil {
		return r, err
	}
	folder := r.Local
	if !r.Folder {
		folder = filepath.Dir(r.Local)
	}
	if into || p.options.recursive {
		err = os.MkdirAll(folder, 0o777)
	}
	return r, err
}

// localTarget is where a place arrives: in the folder target under its own
// name, or as target itself.
func localTarget(target string, a place, under bool) (string, error) {
	if !under {
		return filepath.Abs(target)
	}
	if err := listing.CheckName(a.base()); err != nil {
		return "", err
	}
	name, _ := listing.LocalName(a.base(), runtime.GOOS == "windows")
	return filepath.Abs(filepath.Join(target, name))
}

// stat looks at a place; "/" needs no asking. What is written like a folder is
// one if the server lets us in, which the listing needs anyway.
func stat(ctx context.Context, s *session.Session, a place) (listing.Entry, error) {
	if a.path == "/" || a.slash && s.Enter(ctx, a.path) == nil {
		return listing.Entry{Type: listing.Dir}, nil
	}
	return s.Stat(ctx, a.path)
}

// isFolder says whether the user means a folder: it is one, or is written
// like one.
func isFolder(path string) bool {
	if strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(filepath.Separator)) {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// optionsFor are the rules of a transfer: the site's, with --exists on top.
func (p *program) optionsFor(a place) transfer.Options {
	o := transfer.Options{KeepTimes: true}
	if s := a.site; s != nil {
		o = transfer.Options{KeepTimes: s.KeepTimes, SafeUpload: s.SafeUpload, KeepBackup: s.KeepBackup,
			KeepMode: s.KeepMode, Digest: s.Digest, ReadBack: s.ReadBack, Skip: s.Skip, Segments: s.Segments}
		o.Links, _ = parseLinks(s.Links) // a saved site has no other than these
	}
	if p.options.links != "" {
		o.Links = p.options.linked
	}
	o.Exists = p.options.rule
	if p.options.segments > 0 {
		o.Segments = p.options.segments
	}
	return o
}

// failed reports something that could not even be asked of the queue.
func (p *program) failed(what string, err error) {
	if p.options.json {
		p.report.json(fileEvent{Event: "file", State: transfer.Failed.String(), URL: what, Error: explain(err),
			Kind: session.KindOf(err).String()})
		return
	}
	p.report.note(fmt.Sprintf("failed %s: %s", listing.Escape(what), explain(err)))
}
