package listing

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzReader feeds anything to a Reader: it must end, keep its limits, and
// account for every line.
func FuzzReader(f *testing.F) {
	for _, s := range readSamples(f) {
		f.Add([]byte(s.text), s.mlsd)
	}
	f.Add([]byte("VMS.TXT;1\r\nVMS.TXT;1\r\n 1 2-JUN-1998\r\n"), false)
	f.Add([]byte("type=file;size=99999999999999999999; x\r\n=;=; y\r\n;;;; z\r\n"), true)
	f.Add([]byte(strings.Repeat("x", 70_000)+"\n-rw-r--r-- 1 a b 5 Jan  2 10:00 x"), false)
	f.Fuzz(func(t *testing.T, data []byte, mlsd bool) {
		const maxRows = 50
		r := NewReader(bytes.NewReader(data), Options{MLSD: mlsd, Now: now, MaxRows: maxRows})
		rows := 0
		for {
			e, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			rows++
			checkEntry(t, e)
		}
		checkReport(t, r.Report(), rows, bytes.Count(data, []byte("\n"))+1)
	})
}

func checkEntry(t *testing.T, e Entry) {
	t.Helper()
	switch {
	case e.Raw == "" || e.Raw == "." || e.Raw == "..":
		t.Errorf("name %q was returned", e.Raw)
	case strings.ContainsAny(e.Raw, "\n"):
		t.Errorf("name %q holds a line end", e.Raw)
	case e.Size < -1:
		t.Errorf("size %d", e.Size)
	case e.Type > Other:
		t.Errorf("type %d", e.Type)
	case e.Exact && e.Time.IsZero():
		t.Error("an exact time that is not said")
	case e.HasMode && len(e.ModeString()) != 10:
		t.Errorf("mode %q", e.ModeString())
	}
}

func checkReport(t *testing.T, report Report, rows, lines int) {
	t.Helper()
	switch {
	case report.Rows != rows:
		t.Errorf("%d rows reported, %d returned", report.Rows, rows)
	case report.Rows+report.Unreadable > lines:
		t.Errorf("%d rows and %d unreadable lines out of %d", report.Rows, report.Unreadable, lines)
	case rows > 0 && report.Dialect == "":
		t.Error("rows, but no dialect")
	case len(report.Samples) > maxSamples:
		t.Errorf("%d samples", len(report.Samples))
	}
	for _, s := range report.Samples {
		if firstUnsafe(s) != len(s) {
			t.Errorf("sample %q is not escaped", s)
		}
	}
}

// FuzzCheckName holds what the rest of the program relies on: a name that
// passes, mapped or not, is one element of a path and safe to print.
func FuzzCheckName(f *testing.F) {
	for _, name := range []string{"", ".", "..", "a", "../x", "/etc/passwd", `..\x`, `C:\x`, "a\x00b", "a\rb", "a\nb", "\x1b[2J",
		"CON", "con.txt", "COM1 .x", "LPT¹", "aux.tar.gz", "x.", "x ", "...", "\u202etxt.exe", "\xff\xfe", "a:b", "．．",
		strings.Repeat("x", 300), strings.Repeat("ü", 200) + ".tar.gz", strings.Repeat("x", 5000)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		err := CheckName(name)
		if err == nil && (strings.ContainsAny(name, "/\x00\r\n\x1b") || name == "" || name == "." || name == "..") {
			t.Errorf("%q passes", name)
		}
		for _, windows := range []bool{false, true} {
			local, changed := LocalName(name, windows)
			if changed != (local != name) {
				t.Errorf("%q: changed is %v for %q", name, changed, local)
			}
			checkLocal(t, local, windows)
			if again, _ := LocalName(local, windows); again != local {
				t.Errorf("%q becomes %q, and that %q", name, local, again)
			}
		}
		if s := Escape(name); !utf8.ValidString(s) || firstUnsafe(s) != len(s) {
			t.Errorf("%q is escaped to %q", name, s)
		}
	})
}

func checkLocal(t *testing.T, local string, windows bool) {
	t.Helper()
	if local == "" || local == "." || local == ".." || len(local) > maxName || strings.ContainsAny(local, "/\x00\n\r\x1b") {
		t.Errorf("local name %q", local)
	}
	if !windows {
		return
	}
	if strings.ContainsAny(local, `<>:"\|?*`) || strings.HasSuffix(local, ".") || strings.HasSuffix(local, " ") || !utf8.ValidString(local) {
		t.Errorf("Windows refuses %q", local)
	}
	if stem, _, _ := strings.Cut(local, "."); isDevice(strings.TrimRight(stem, " ")) {
		t.Errorf("%q is a device", local)
	}
}
