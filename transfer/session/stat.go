package session

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/wire"
)

// Stat tells what a path is: by MLST (RFC 3659 §7), else by SIZE and MDTM if
// it is a file, else from the listing of its folder. Kind NotFound if it is
// not there.
func (s *Session) Stat(ctx context.Context, p string) (listing.Entry, error) {
	var e listing.Entry
	err := s.do(ctx, "stat", p, func() (err error) {
		e, err = s.stat(path.Clean(p))
		return err
	})
	return e, err
}

func (s *Session) stat(p string) (listing.Entry, error) {
	if p == "/" {
		return listing.Entry{Raw: "/", Name: "/", Type: listing.Dir, Size: -1}, s.enter("/")
	}
	if _, ok := s.ctl.Feature("MLST"); ok {
		e, err := s.mlst(p)
		if err == nil || s.ctl.Err() != nil || refusedBy(err) != 0 && !isUnknown(refusedBy(err)) {
			return e, err
		}
	}
	if e, ok := s.statFile(p); ok || s.ctl.Err() != nil {
		return e, s.ctl.Err()
	}
	return s.statFromList(p)
}

// refusedBy is the code of a refusal, 0 if err is none.
func refusedBy(err error) int {
	var r *wire.ReplyError
	if errors.As(err, &r) {
		return r.Reply.Code
	}
	return 0
}

// isUnknown reports the codes that say "no such command" (RFC 959 §4.2.1).
func isUnknown(code int) bool { return code == 500 || code == 502 || code == 504 }

// mlst reads the facts of one path. The name in the reply is not used: some
// servers give the full path there, some the bare name.
func (s *Session) mlst(p string) (listing.Entry, error) {
	r, err := s.command("stat", "MLST "+s.ref(p))
	if err != nil {
		return listing.Entry{}, err
	}
	for _, l := range r.Lines {
		facts, _, ok := strings.Cut(strings.TrimLeft(l, " "), " ")
		if !ok || !strings.HasSuffix(facts, ";") || !strings.Contains(facts, "=") {
			continue
		}
		return s.entryOf(facts, path.Base(p))
	}
	return listing.Entry{}, fmt.Errorf("%w: MLST was answered without facts", wire.ErrProtocol)
}

// entryOf reads facts; a folder asked for by name may call itself cdir.
func (s *Session) entryOf(facts, name string) (listing.Entry, error) {
	for _, other := range []string{"cdir", "pdir"} {
		facts = replaceFold(facts, "type="+other+";", "type=dir;")
	}
	row := strings.NewReader(facts + " x\r\n")
	e, err := listing.NewReader(row, listing.Options{MLSD: true}).Next()
	if err != nil {
		return e, fmt.Errorf("%w: MLST was answered %q", wire.ErrProtocol, facts)
	}
	e.Raw, e.Name = s.names(name)
	return e, nil
}

// names gives a name as the server writes it and as people read it.
func (s *Session) names(name string) (raw, shown string) {
	raw, err := s.inCharset(name)
	if err != nil {
		raw = name
	}
	if d := decoder(s.charset()); d != nil {
		return raw, d(raw)
	}
	return raw, raw
}

func replaceFold(s, old, with string) string {
	if i := strings.Index(strings.ToLower(s), old); i >= 0 {
		return s[:i] + with + s[i+len(old):]
	}
	return s
}

// statFile asks by SIZE, which servers answer for files only, and MDTM: in one
// packet where the server bears that.
func (s *Session) statFile(p string) (listing.Entry, bool) {
	name := s.ref(p)
	e := listing.Entry{}
	e.Raw, e.Name = s.names(path.Base(p))
	if s.bearsEarly() {
		size, stamp, err := s.ctl.Pair("SIZE "+name, "MDTM "+name)
		if err != nil {
			return listing.Entry{}, false
		}
		if e.Size, err = sizeOf(size); err != nil {
			return listing.Entry{}, false
		}
		if t, err := timeOf(stamp); err == nil {
			e.Time, e.Exact = t, true
		}
		return e, true
	}
	size, err := s.lib.FileSize(name)
	if err != nil || size < 0 {
		return listing.Entry{}, false
	}
	e.Size = size
	if t, err := s.modified(name); err == nil {
		e.Time, e.Exact = t, true
	}
	return e, true
}

// modified asks for a file's time (RFC 3659 §3). Fractions are dropped.
func (s *Session) modified(name string) (time.Time, error) {
	r, err := s.command("time", "MDTM "+name)
	if err != nil {
		return time.Time{}, err
	}
	return timeOf(r)
}

// timeOf reads the reply to MDTM.
func timeOf(r wire.Reply) (time.Time, error) {
	if !r.OK() {
		return time.Time{}, refusalOf("time", r)
	}
	text, _, _ := strings.Cut(strings.TrimSpace(r.First()), ".")
	return time.Parse(timeFormat, text)
}

// statFromList looks through the folder that should hold p.
func (s *Session) statFromList(p string) (listing.Entry, error) {
	var found *listing.Entry
	raw, _ := s.names(path.Base(p))
	report, err := s.listDir(path.Dir(p), func(rows []listing.Entry) {
		for i := range rows {
			if rows[i].Raw == raw {
				found = &rows[i]
			}
		}
	})
	switch {
	case found != nil:
		return *found, nil
	case err != nil:
		return listing.Entry{}, err
	case report.Truncated:
		return listing.Entry{}, &Error{Kind: Unavailable, Step: "stat", Path: p,
			Err: errors.New("the server shows only a part of the folder")}
	}
	return listing.Entry{}, &Error{Kind: NotFound, Step: "stat", Path: p,
		Err: fmt.Errorf("%q is not in the listing of its folder", path.Base(p))}
}
