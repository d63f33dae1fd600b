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
	blocks [][]tableRow
	n      int
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
			r.blocks = append(r.blocks, nil)
		}
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
	width := 1
	var digits [24]byte
	for _, b := range r.blocks {
		for i := range b {
			width = max(width, len(b[i].appendSize(digits[:0])))
		}
	}
	all := r.sorted()
	p.report.lines(func(w io.Writer) {
		out := bufio.NewWriterSize(w, 64<<10)
		line := make([]byte, 0, 512)
		for _, row := range all {
			line = row.appendTo(line[:0], width)
			out.Write(line)
		}
		out.Flush()
	})
}

func (t *tableRow) appendTo(b []byte, width int) []byte {
	b = append(t.appendMode(b), ' ')
	var digits [24]byte
	size := t.appendSize(digits[:0])
	b = append(pad(b, width-len(size)), size...)
	b = append(b, ' ')
	at := len(b)
	if t.timed {
		b = time.Unix(t.second, 0).AppendFormat(b, "2006-01-02 15:04")
	} else {
		b = append(b, '-')
	}
	b = pad(b, 16-(len(b)-at))
	b = append(append(b, ' '), listing.Escape(t.name)...)
	switch {
	case t.kind == listing.Link && t.target != "":
		b = append(append(b, " -> "...), listing.Escape(t.target)...)
	case t.kind == listing.Dir:
		b = append(b, '/')
	}
	return append(b, '\n')
}

func (t *tableRow) appendMode(b []byte) []byte {
	if t.moded {
		return append(b, listing.Entry{Type: t.kind, Mode: t.mode, HasMode: true}.ModeString()...)
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
