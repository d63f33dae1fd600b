package listing

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// now is the moment at which all listings of the tests are read.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func readAll(t *testing.T, text string, o Options) ([]Entry, Report) {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = now
	}
	r := NewReader(strings.NewReader(text), o)
	var entries []Entry
	for {
		e, err := r.Next()
		if err == io.EOF {
			return entries, r.Report()
		}
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
}

func TestUnreadableLinesAreCounted(t *testing.T) {
	text := "total 8\r\n-rw-r--r-- 1 a b 5 Jan  2 10:00 x\r\nls: y\x1b[2J: Permission denied\r\n-rw-r--r-- 1 a b 5 Jan  2 10:00 z\r\n"
	entries, report := readAll(t, text, Options{})
	if len(entries) != 2 || report.Rows != 2 || report.Unreadable != 1 || report.Dialect != "unix" {
		t.Fatalf("%d entries, %+v", len(entries), report)
	}
	if want := `ls: y\x1b[2J: Permission denied`; len(report.Samples) != 1 || report.Samples[0] != want {
		t.Errorf("samples %q, want %q", report.Samples, want)
	}
}

func TestSamplesAreLimited(t *testing.T) {
	_, report := readAll(t, strings.Repeat(strings.Repeat("?", 1000)+"\n", 50), Options{})
	if report.Unreadable != 50 || len(report.Samples) != maxSamples || len(report.Samples[0]) != maxSample {
		t.Errorf("%d unreadable, %d samples of %d bytes", report.Unreadable, len(report.Samples), len(report.Samples[0]))
	}
}

func TestShortJunkMakesNoRows(t *testing.T) {
	for _, line := range []string{"5 x", "12 files", "x", "-", "+", ";", "d [", "<DIR>", "Volume", "*DIR", "* x",
		"Permission denied", "550 no", "drwxr-xr-x", "-rw-r--r-- 1 a b", "a;1", "type=", "01-02-03", "0 0 0 0"} {
		for _, mlsd := range []bool{false, true} {
			entries, report := readAll(t, "\n"+line+"\r\n", Options{MLSD: mlsd})
			if len(entries) > 0 || report.Unreadable != 1 {
				t.Errorf("%q (MLSD %v): %+v, %+v", line, mlsd, entries, report)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	text := strings.Repeat("type=file;size=1; a\r\n", 10)
	if e, r := readAll(t, text, Options{MLSD: true, MaxRows: 4}); len(e) != 4 || !r.Truncated {
		t.Errorf("rows: %d, %+v", len(e), r)
	}
	if e, r := readAll(t, text, Options{MLSD: true, MaxRows: 10}); len(e) != 10 || r.Truncated {
		t.Errorf("exactly as many rows as allowed: %d, %+v", len(e), r)
	}
	if e, r := readAll(t, text, Options{MLSD: true, MaxBytes: 50}); len(e) != 2 || !r.Truncated {
		t.Errorf("bytes: %d, %+v", len(e), r)
	}
	long := "type=file;size=1; " + strings.Repeat("x", 300) + "\r\n"
	if e, r := readAll(t, text+long+text, Options{MLSD: true, MaxLine: 100}); len(e) != 20 || r.Unreadable != 1 {
		t.Errorf("line: %d, %+v", len(e), r)
	}
	endless := strings.Repeat("x", 1<<20)
	if e, r := readAll(t, text+endless+"\n"+text, Options{MLSD: true}); len(e) != 20 || r.Unreadable != 1 {
		t.Errorf("line longer than the buffer: %d, %+v", len(e), r)
	}
	if _, r := readAll(t, endless, Options{MaxBytes: 100 << 10}); !r.Truncated || r.Unreadable != 1 {
		t.Errorf("endless line: %+v", r)
	}
}

func TestUnendedListing(t *testing.T) {
	if e, r := readAll(t, "type=file; a\r\ntype=file; b", Options{MLSD: true}); len(e) != 2 || !r.Unended {
		t.Errorf("%d, %+v", len(e), r)
	}
	if _, r := readAll(t, "type=file; a\r\n", Options{MLSD: true}); r.Unended {
		t.Error("a listing with its end is taken for an unended one")
	}
}

// A name cut by a lost connection must never be acted on.
func TestBrokenConnectionDropsTheCutLine(t *testing.T) {
	lost := errors.New("connection reset")
	text := "type=file; whole\r\ntype=file; cu"
	r := NewReader(io.MultiReader(strings.NewReader(text), iotest.ErrReader(lost)), Options{MLSD: true})
	if e, err := r.Next(); err != nil || e.Raw != "whole" {
		t.Fatalf("%+v, %v", e, err)
	}
	if e, err := r.Next(); !errors.Is(err, lost) || e.Raw != "" {
		t.Errorf("%+v, %v", e, err)
	}
}

// The first rows must not wait for the last.
func TestRowsComeAsTheyArrive(t *testing.T) {
	in, out := io.Pipe()
	defer in.Close()
	go func() {
		_, _ = io.WriteString(out, "type=file; a\r\n")
	}()
	if e, err := NewReader(in, Options{MLSD: true}).Next(); err != nil || e.Raw != "a" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestDecode(t *testing.T) {
	e, _ := readAll(t, "type=file; M\xe4rz\r\n", Options{MLSD: true, Decode: latin1})
	if len(e) != 1 || e[0].Raw != "M\xe4rz" || e[0].Name != "März" {
		t.Errorf("%+v", e)
	}
}

func TestRecentYears(t *testing.T) {
	line := func(date string) string { return "-rw-r--r-- 1 a b 5 " + date + " x\r\n" }
	for _, c := range []struct {
		now    time.Time
		date   string
		offset time.Duration
		want   string
	}{
		{now, "Nov 22 11:00", 0, "2026-11-22T11:00:00Z"},
		{now, "Nov 23 11:00", 0, "2026-11-23T11:00:00Z"}, // the server's zone may be ahead
		{now, "Nov 24 11:00", 0, "2025-11-24T11:00:00Z"},
		{now, "Dec 31 23:59", 0, "2025-12-31T23:59:00Z"},
		{now, "Jan  1 00:00", 0, "2026-01-01T00:00:00Z"},
		{now, "Feb 29 10:00", 0, "2024-02-29T10:00:00Z"},
		{time.Date(2028, 3, 1, 0, 0, 0, 0, time.UTC), "Feb 29 10:00", 0, "2028-02-29T10:00:00Z"},
		{time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC), "Jan  1 01:20", 2 * time.Hour, "2026-12-31T23:20:00Z"},
		{time.Date(2027, 1, 1, 0, 30, 0, 0, time.UTC), "Dec 31 19:20", -5 * time.Hour, "2027-01-01T00:20:00Z"},
		{now, "Feb 30 10:00", 0, "0001-01-01T00:00:00Z"},
		{now, "Nov 22 2020", time.Hour, "2020-11-21T23:00:00Z"},
		{now, "Feb 29 2021", 0, "0001-01-01T00:00:00Z"},
	} {
		e, r := readAll(t, line(c.date), Options{Now: c.now, Offset: c.offset})
		if len(e) != 1 {
			t.Errorf("%s: %+v", c.date, r)
			continue
		}
		if got := e[0].Time.Format(time.RFC3339); got != c.want {
			t.Errorf("%s at %v, offset %v: %s, want %s", c.date, c.now, c.offset, got, c.want)
		}
	}
}

// TestLine reads two folders' lines with one Reader, as the reply to STAT has them.
func TestLine(t *testing.T) {
	r := NewReader(nil, Options{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)})
	for range 2 {
		r.Restart()
		var names []string
		for _, line := range []string{"drwxr-xr-x 2 a b 4096 Nov 22 08:12 .", "drwxr-xr-x 2 a b 4096 Nov 22 08:12 ..", "",
			"-rw-r--r-- 1 a b 12 Nov 22 08:12 one", "-rw-r--r-- 1 a b 12 Nov 22 08:13 two", "what is this", "-rw-r--r-- 1 a b 12 Nov 22  2020 three"} {
			var e Entry
			if r.Line([]byte(line), &e) {
				names = append(names, e.Name+e.Time.Format(" 01-02 15:04"))
			}
		}
		if got := strings.Join(names, ","); got != "one 11-22 08:12,two 11-22 08:13,three 11-22 00:00" {
			t.Errorf("got %q", got)
		}
		if p := r.Report(); p.Rows != 3 || p.Dots != 2 || p.Unreadable != 1 || p.Dialect != "unix" {
			t.Errorf("%+v", p)
		}
	}
}

func TestNamesOfOwnersWinOverNumbers(t *testing.T) {
	for _, line := range []string{
		"UNIX.owner=1000;UNIX.ownername=alice;UNIX.group=5;UNIX.groupname=staff; a",
		"UNIX.ownername=alice;UNIX.owner=1000;UNIX.groupname=staff;UNIX.group=5; a",
	} {
		if e, err := ParseMLST(line); err != nil || e.Owner != "alice" || e.Group != "staff" {
			t.Errorf("%q: %v, owner %q, group %q", line, err, e.Owner, e.Group)
		}
	}
}
