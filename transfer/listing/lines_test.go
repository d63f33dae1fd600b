package listing

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sample is a listing of testdata/lines.txt with the entries it gives.
type sample struct {
	source string
	mlsd   bool
	text   string
	want   []string
}

// TestRealLines reads every sample. LISTING_LINES=print prints what the
// lines give now, to be looked at before it is written down as right.
func TestRealLines(t *testing.T) {
	samples := readSamples(t)
	lines := 0
	for _, s := range samples {
		lines += strings.Count(s.text, "\n")
		entries, report := readAll(t, s.text, Options{MLSD: s.mlsd})
		var got []string
		for _, e := range entries {
			got = append(got, show(e))
		}
		for _, u := range report.Samples {
			got = append(got, "= unreadable "+strconv.Quote(u))
		}
		if os.Getenv("LISTING_LINES") == "print" {
			fmt.Printf("## %s\n%s%s\n\n", s.source, s.text, strings.Join(got, "\n"))
			continue
		}
		compare(t, s, got)
	}
	if lines < 150 {
		t.Errorf("%d lines, want at least 150", lines)
	}
}

func compare(t *testing.T, s sample, got []string) {
	t.Helper()
	for i := range max(len(got), len(s.want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(s.want) {
			w = s.want[i]
		}
		if g != w {
			t.Errorf("%s:\n got %s\nwant %s", s.source, g, w)
		}
	}
}

// show writes an entry as lines.txt has it.
func show(e Entry) string {
	dash := func(s string) string {
		if s == "" {
			return "-"
		}
		return strings.ReplaceAll(s, " ", "_")
	}
	when := "-"
	if !e.Time.IsZero() {
		when = e.Time.Format(time.RFC3339Nano)
		if !e.Exact {
			when = "~" + when
		}
	}
	size := "-"
	if e.Size >= 0 {
		size = strconv.FormatInt(e.Size, 10)
	}
	s := fmt.Sprintf("= %v %s %s %s %s %s %q", e.Type, size, when, dash(e.ModeString()), dash(e.Owner), dash(e.Group), e.Raw)
	if e.Target != "" {
		s += fmt.Sprintf(" -> %q", e.Target)
	}
	if e.Perm != "" {
		s += " perm=" + e.Perm
	}
	if e.Unique != "" {
		s += " unique=" + e.Unique
	}
	return s
}

var escaped = regexp.MustCompile(`\\x[0-9a-f]{2}`)

func readSamples(t testing.TB) []sample {
	t.Helper()
	f, err := os.Open("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var samples []sample
	current := sample{}
	flush := func() {
		if current.text != "" {
			samples = append(samples, current)
		}
		current.text, current.want = "", nil
	}
	for in := bufio.NewScanner(f); in.Scan(); {
		switch line := in.Text(); {
		case strings.HasPrefix(line, "## "):
			flush()
			current.source, current.mlsd = strings.CutPrefix(line[3:], "mlsd ")
		case line == "%":
			flush()
		case strings.HasPrefix(line, "#") || line == "":
		case strings.HasPrefix(line, "= "):
			current.want = append(current.want, line)
		default:
			if len(current.want) > 0 {
				flush()
			}
			current.text += escaped.ReplaceAllStringFunc(line, func(s string) string {
				c, _ := strconv.ParseUint(s[2:], 16, 8)
				return string([]byte{byte(c)})
			}) + "\r\n"
		}
	}
	flush()
	return samples
}
