package transfer

import (
	"bufio"
	"errors"
	"io"
	"os"
	"runtime"
)

// compact writes what the queue is to a new file that takes the journal's
// place: always when asked to or when lines had to be dropped, else when the
// file is big and most of it superseded.
func (q *Queue) compact(always bool) {
	j := q.journal
	j.mu.Lock()
	due := always || j.dropped || j.size > compactAbove && j.useful < j.size/2
	j.mu.Unlock()
	if !due {
		return
	}
	err := q.snapshot()
	j.mu.Lock()
	j.copying, j.tail = false, nil
	if err != nil && j.trouble == nil && j.dropped {
		j.setTrouble(err)
	}
	if err == nil {
		j.setTrouble(nil)
	}
	j.mu.Unlock()
}

// snapshot writes the new file while the queue goes on: what is put meanwhile
// follows behind. Lines tell how things are, not how they change, so it does
// no harm that some of it is told twice.
func (q *Queue) snapshot() error {
	j := q.journal
	temp, err := os.CreateTemp(j.dir, journalFile+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	out := bufio.NewWriterSize(temp, 256<<10)
	works := q.beginSnapshot(out)
	useful := int64(0)
	for len(works) > 0 {
		n := min(1000, len(works))
		useful += q.writeAdds(out, works[:n])
		works = works[n:]
	}
	if err = out.Flush(); err == nil {
		err = temp.Sync()
	}
	if err != nil {
		temp.Close()
		return err
	}
	return j.swap(temp, useful)
}

// beginSnapshot writes what is not an item, and lists the items in order.
func (q *Queue) beginSnapshot(out io.Writer) []*work {
	q.mu.Lock()
	defer q.mu.Unlock()
	j := q.journal
	j.mu.Lock()
	j.copying, j.tail = true, nil
	j.mu.Unlock()
	var b []byte
	b = appendLines(b, &record{Op: opLast, ID: q.lastID})
	b = appendLines(b, &record{Op: opRun, On: true})
	for t, n := range j.targets {
		b = appendLines(b, &record{Op: opTarget, N: n, Target: t})
	}
	for o, n := range j.rules {
		b = appendLines(b, &record{Op: opOptions, N: n, Options: o})
	}
	for k, x := range q.answers {
		b = appendLines(b, &record{Op: opAnswer, ID: k.batch, Direction: k.direction, Choice: x})
	}
	if q.paused {
		b = appendLines(b, &record{Op: opPause, On: true})
	}
	out.Write(b)
	return q.lasting()
}

// writeAdds writes some items as they are now. Those forgotten meanwhile are
// left out.
func (q *Queue) writeAdds(out io.Writer, works []*work) (n int64) {
	var b []byte
	q.mu.Lock()
	for _, w := range works {
		if q.items[w.id] == w {
			r := q.addRecord(w)
			b = appendLines(b, &r)
		}
	}
	q.mu.Unlock()
	out.Write(b) // a bufio.Writer: its error comes with Flush
	return int64(len(b))
}

// swap puts the snapshot in the journal's place, with what was put meanwhile.
func (j *journal) swap(temp *os.File, useful int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err := temp.Write(j.tail)
	if err == nil {
		err = temp.Sync()
	}
	size, serr := temp.Seek(0, io.SeekCurrent)
	if err = errors.Join(err, serr); err == nil && runtime.GOOS == "windows" {
		j.file.Close() // an open file cannot be replaced there
	}
	if err == nil {
		err = os.Rename(temp.Name(), j.path)
	}
	if err != nil {
		temp.Close()
		return err
	}
	if runtime.GOOS != "windows" {
		j.file.Close()
		syncDir(j.dir)
	}
	j.file, j.size, j.useful = temp, size, useful
	j.pending, j.dropped, j.dirty = nil, false, false
	return nil
}

func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
