package main

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"

	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// source is a LOCAL of the command line.
type source struct {
	path     string // absolute
	info     os.FileInfo
	contents bool // what is in the folder is meant, not the folder
}

// put uploads files and, with -r, folders into a folder of the server, or one
// file to a file's name.
func put(ctx context.Context, p *program, args []string) error {
	a, err := p.place(args[len(args)-1])
	if err != nil {
		return err
	}
	words := []string{"put", a.key()}
	j := job{}
	var sources []source
	for _, arg := range args[:len(args)-1] {
		if abs, err := filepath.Abs(arg); err == nil {
			words = append(words, abs)
		}
		s, err := p.source(arg)
		if err != nil {
			p.failed(arg, err)
			j.failed++
			continue
		}
		sources = append(sources, s)
	}
	err = p.withPatience(ctx, a.target, func(s *session.Session) error {
		into, err := p.intoFolder(ctx, s, a, sources, len(args) > 2)
		if err != nil {
			return named(a, err)
		}
		for _, source := range sources {
			r, err := p.upload(a, source, into)
			if err != nil {
				p.failed(source.path, err)
				j.failed++
				continue
			}
			j.requests = append(j.requests, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	j.key = keyOf(words...)
	return p.transfer(ctx, j)
}

// source looks at a local file or folder. "." and ".." mean what is in them.
func (p *program) source(arg string) (source, error) {
	abs, err := filepath.Abs(arg)
	if err != nil {
		return source{}, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return source{}, err
	}
	slash := strings.HasSuffix(arg, "/") || strings.HasSuffix(arg, string(filepath.Separator))
	base := filepath.Base(filepath.FromSlash(arg))
	switch {
	case info.IsDir() && !p.options.recursive:
		return source{}, errNeedsRecursive
	case !info.IsDir() && slash:
		return source{}, errors.New("it is no folder, but was written with a slash at the end")
	case !info.IsDir() && !info.Mode().IsRegular():
		return source{}, errors.New("it is neither a file nor a folder")
	}
	return source{abs, info, info.IsDir() && (slash || base == "." || base == "..")}, nil
}

// intoFolder finds out whether the place is a folder, and makes it if it must
// be one and is missing.
func (p *program) intoFolder(ctx context.Context, s *session.Session, a place, sources []source, several bool) (bool, error) {
	must := several || a.slash
	for _, source := range sources {
		must = must || source.info.IsDir()
	}
	if a.path == "/" || len(sources) == 0 {
		return true, nil
	}
	e, err := s.Stat(ctx, a.path)
	switch {
	case err == nil && (e.Type == listing.Dir || e.Type == listing.Link):
		return e.Type == listing.Dir || must, nil
	case err == nil && must:
		return true, errors.New("it is no folder")
	case err == nil:
		return false, nil
	case session.KindOf(err) != session.NotFound:
		return false, err
	case must:
		return true, s.MakeDirAll(ctx, a.path)
	}
	return false, nil
}

// upload turns a source into a request.
func (p *program) upload(a place, s source, into bool) (transfer.Request, error) {
	r := transfer.Request{Direction: transfer.Upload, Folder: s.info.IsDir(), Target: a.target, Local: s.path,
		Remote: a.path, Size: -1, Options: p.optionsFor(a)}
	if !r.Folder {
		r.Size, r.ModTime = s.info.Size(), s.info.ModTime()
	}
	if !into || s.contents {
		return r, nil
	}
	name, err := session.EncodeName(a.target.Charset, filepath.Base(s.path))
	if err == nil {
		err = listing.CheckName(name)
	}
	r.Remote = path.Join(a.path, name)
	return r, err
}
