package main

import (
	"bufio"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"longshore/transfer/listing"
)

// rows are the rows of a folder until they can be sorted, each no larger than
// what the table shows of it: folders of 100,000 names are common enough.
type rows struct {
	blocks  [][]tableRow
	n       int
	largest int64 // size
}

// tableRow is what the table shows of an entry.
type tableRow struct {
	name, target string
	size         int64
	second       int64 // since 1970; with timed
	mode         fs.FileMode
	kind         listing.Type
	moded, timed bool
}

// rowBlock rows are taken room for at once: growing one slice would copy all
// of them again and again.
const rowBlock = 4096

func (r *rows) none() bool { return r.n == 0 }

func (r *rows) add(batch []listing.Entry) {
	for i := range batch {
		e := &batch[i]
		if r.n%rowBlock == 0 {
			r.blocks = append(r.blocks, make([]tableRow, 0, min(r.n, rowBlock)))
		}
		r.largest = max(r.largest, e.Size)
		last := &r.blocks[len(r.blocks)-1]
		*last = append(*last, rowFor(e))
		r.n++
	}
}

func rowFor(e *listing.Entry) tableRow {
	return tableRow{name: e.Name, target: e.Target, size: e.Size, second: e.Time.Unix(),
		mode: e.Mode, kind: e.Type, moded: e.HasMode, timed: !e.Time.IsZero()}
}

// sorted lists them by name.
func (r *rows) sorted() []*tableRow {
	all := make([]*tableRow, 0, r.n)
	for _, b := range r.blocks {
		for i := range b {
			all = append(all, &b[i])
		}
	}
	slices.SortFunc(all, func(x, y *tableRow) int { return strings.Compare(x.name, y.name) })
	return all
}

// table prints permissions, size, time and name in columns, sorted by name.
func (p *program) table(r *rows) {
	l := liner{width: len(strconv.FormatInt(r.largest, 10))}
	all := r.sorted()
	p.report.lines(func(w io.Writer) {
		out := bufio.NewWriterSize(w, 64<<10)
		for _, row := range all {
			out.Write(l.line(row))
		}
		out.Flush()
	})
}

// liner puts rows into lines. Neighbours mostly have the same permissions and
// minute, which are written once.
type liner struct {
	width  int // of the sizes
	buffer []byte
	minute int64 // of when, since 1970; 0: none
	when   []byte
	mode   string
	moded  fs.FileMode // what mode shows
	kind   listing.Type
}

// line is one row, valid until the next call.
func (l *liner) line(t *tableRow) []byte {
	b := append(l.appendMode(l.buffer[:0], t), ' ')
	var digits [24]byte
	size := t.appendSize(digits[:0])
	b = append(pad(b, l.width-len(size)), size...)
	b = append(b, ' ')
	b = append(l.appendTime(b, t), ' ')
	b = append(b, listing.Escape(t.name)...)
	switch {
	case t.kind == listing.Link && t.target != "":
		b = append(append(b, " -> "...), listing.Escape(t.target)...)
	case t.kind == listing.Dir:
		b = append(b, '/')
	}
	l.buffer = append(b, '\n')
	return l.buffer
}

func (l *liner) appendTime(b []byte, t *tableRow) []byte {
	if !t.timed {
		return pad(append(b, '-'), 15)
	}
	if minute := t.second / 60; minute != l.minute || l.when == nil || t.second < 0 {
		l.minute, l.when = minute, time.Unix(t.second, 0).AppendFormat(l.when[:0], "2006-01-02 15:04")
	}
	return append(b, l.when...)
}

func (l *liner) appendMode(b []byte, t *tableRow) []byte {
	if t.moded {
		if l.mode == "" || l.moded != t.mode || l.kind != t.kind {
			l.moded, l.kind = t.mode, t.kind
			l.mode = listing.Entry{Type: t.kind, Mode: t.mode, HasMode: true}.ModeString()
		}
		return append(b, l.mode...)
	}
	return pad(append(b, "-dl?"[min(t.kind, listing.Other)]), 9)
}

func (t *tableRow) appendSize(b []byte) []byte {
	if t.size < 0 || t.kind == listing.Dir {
		return append(b, '-')
	}
	return strconv.AppendInt(b, t.size, 10)
}

func pad(b []byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, ' ')
	}
	return b
}
