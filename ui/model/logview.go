package model

import (
	"sync"

	"longshore/transfer/session"
)

// logRows is how many lines of the transcript are kept to be looked at.
const logRows = 10000

// Log takes transcript lines from any goroutine and keeps the last ones. Each
// has a number, so that a reader with a cursor misses none that is still kept
// and sees none twice.
type Log struct {
	mu    sync.Mutex
	ring  []session.Line
	next  uint64 // number of the line to come
	rings chan struct{}
}

// NewLog keeps as many lines.
func NewLog(keep int) *Log {
	return &Log{ring: make([]session.Line, 0, keep), rings: make(chan struct{}, 1)}
}

// Add stores a line and rings.
func (l *Log) Add(line session.Line) {
	l.mu.Lock()
	if len(l.ring) < cap(l.ring) {
		l.ring = append(l.ring, line)
	} else {
		l.ring[l.next%uint64(cap(l.ring))] = line
	}
	l.next++
	l.mu.Unlock()
	select {
	case l.rings <- struct{}{}:
	default:
	}
}

// Changed rings when lines came; many lines may ring once.
func (l *Log) Changed() <-chan struct{} { return l.rings }

// Since gives the lines from a number on and the number to ask for next.
func (l *Log) Since(cursor uint64) ([]session.Line, uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	oldest := l.next - uint64(len(l.ring))
	cursor = max(cursor, oldest)
	lines := make([]session.Line, 0, l.next-cursor)
	for n := cursor; n < l.next; n++ {
		lines = append(lines, l.ring[n%uint64(cap(l.ring))])
	}
	return lines, l.next
}

// LogView is the log as it is shown.
type LogView struct {
	lines  []session.Line
	cursor uint64
	keep   int
	Paused bool // the user reads; new lines wait in the Log
}

// NewLogView shows at most as many lines.
func NewLogView(keep int) *LogView { return &LogView{keep: keep} }

func (v *LogView) catchUp(l *Log) bool {
	if v.Paused {
		return false
	}
	lines, next := l.Since(v.cursor)
	v.cursor = next
	if len(lines) == 0 {
		return false
	}
	v.lines = append(v.lines, lines...)
	if over := len(v.lines) - v.keep; over > v.keep/4 {
		v.lines = append([]session.Line(nil), v.lines[over:]...)
	}
	return true
}

// Len is the number of lines.
func (v *LogView) Len() int { return len(v.lines) }

// Line is the line at index i, oldest first.
func (v *LogView) Line(i int) session.Line { return v.lines[i] }

// Clear empties the view.
func (v *LogView) Clear() { v.lines = nil }

// Text writes lines for the clipboard.
func (v *LogView) Text() string {
	var b []byte
	for _, l := range v.lines {
		b = append(b, FormatLine(l)...)
		b = append(b, '\n')
	}
	return string(b)
}

// FormatLine writes one line of the transcript.
func FormatLine(l session.Line) string {
	return l.At.Format("15:04:05") + "  [" + FormatNumber(l.Session) + "] " + wordLineDir(l.Dir) + l.Text
}
