package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"longshore/transfer/session"
	"longshore/ui/model"
)

const (
	logName     = "longshore.log"
	logOlder    = "longshore.log.1"
	logFileSize = 5 << 20 // of each of the two: 10 MB together
	logBehind   = 4096    // lines that may wait for the disk
)

// logFile keeps the transcript on the disk, in the words of the log tab:
// passwords are masked and control characters escaped before a line gets here.
// When it is full it takes the place of the older one. A slow disk costs
// lines, which are counted, and never holds a transfer up.
type logFile struct {
	dir   string
	size  int64 // bytes until the next file
	lines chan session.Line
	done  chan struct{}

	mu     sync.Mutex
	closed bool
	lost   int

	// The writer's own.
	file    *os.File
	out     *bufio.Writer
	written int64
	failed  bool // said once
}

// newLogFile writes into a folder, which it touches with the first line.
func newLogFile(dir string, size int64) *logFile {
	l := &logFile{dir: dir, size: size, lines: make(chan session.Line, logBehind), done: make(chan struct{})}
	go l.run()
	return l
}

// add hands a line to the writer.
func (l *logFile) add(line session.Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	select {
	case l.lines <- line:
	default:
		l.lost++
	}
}

// close writes what waits.
func (l *logFile) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.lines)
	}
	l.mu.Unlock()
	<-l.done
}

func (l *logFile) run() {
	defer close(l.done)
	for line := range l.lines {
		err := l.write(line.At.Format("2006-01-02 ") + model.FormatLine(line) + "\n")
		if err == nil && len(l.lines) == 0 {
			err = errors.Join(l.tellLost(), l.out.Flush())
		}
		if err != nil {
			l.complain(err)
		}
	}
	if l.file != nil {
		if err := errors.Join(l.out.Flush(), l.file.Close()); err != nil {
			l.complain(err)
		}
	}
}

func (l *logFile) write(text string) error {
	if l.file != nil && l.written+int64(len(text)) > l.size {
		if err := l.turn(); err != nil {
			return err
		}
	}
	if l.file == nil {
		if err := l.open(); err != nil {
			return err
		}
	}
	l.written += int64(len(text))
	_, err := l.out.WriteString(text)
	return err
}

func (l *logFile) open() error {
	f, err := os.OpenFile(filepath.Join(l.dir, logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		err = f.Chmod(0o600) // it may be from elsewhere
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.file, l.out, l.written = f, bufio.NewWriter(f), info.Size()
	return nil
}

// turn makes the file the older one.
func (l *logFile) turn() error {
	err := errors.Join(l.out.Flush(), l.file.Close())
	l.file, l.out = nil, nil
	return errors.Join(err, os.Rename(filepath.Join(l.dir, logName), filepath.Join(l.dir, logOlder)))
}

func (l *logFile) tellLost() error {
	l.mu.Lock()
	lost := l.lost
	l.lost = 0
	l.mu.Unlock()
	if lost == 0 {
		return nil
	}
	return l.write(fmt.Sprintf("(%d lines are missing here: the disk was too slow)\n", lost))
}

// complain says once that the log is not kept, and tries again with the next
// line.
func (l *logFile) complain(err error) {
	if l.file != nil {
		l.file.Close()
		l.file, l.out = nil, nil
	}
	if !l.failed {
		l.failed = true
		fmt.Fprintln(os.Stderr, "longshore: log:", err)
	}
}
