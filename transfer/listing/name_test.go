package listing

import (
	"strings"
	"testing"
)

func TestCheckName(t *testing.T) {
	for _, name := range []string{"", ".", "..", "../x", "/etc/passwd", "a/b", "a\x00b", "a\rb", "a\nb", "a\x1b[2Jb", "a\tb", "a\x7f", strings.Repeat("x", 4097)} {
		if err := CheckName(name); err == nil {
			t.Errorf("%.20q passes", name)
		}
	}
	for _, name := range []string{"a", "...", " a ", "-rf", "~", "CON", `..\x`, `C:\x`, "a:b", "ü", "\xe4", "\u202ex", strings.Repeat("x", 300)} {
		if err := CheckName(name); err != nil {
			t.Errorf("%.20q: %v", name, err)
		}
	}
}

func TestLocalName(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct{ name, linux, windows string }{
		{"plain.txt", "plain.txt", "plain.txt"},
		{"Übung 1.txt", "Übung 1.txt", "Übung 1.txt"},
		{`a:b?c*d"e<f>g|h`, `a:b?c*d"e<f>g|h`, "a：b？c＊d＂e＜f＞g｜h"},
		{`..\x`, `..\x`, "..＼x"},
		{"../x", "..／x", "..／x"},
		{"..", "．．", "．．"},
		{".", "．", "．"},
		{"", "_", "_"},
		{"a\x1bb\x7f", "a␛b␡", "a␛b␡"},
		{"a\u202etxt.exe", "a\ufffdtxt.exe", "a\ufffdtxt.exe"},
		{"x.", "x.", "x．"},
		{"x ", "x ", "x␠"},
		{"CON", "CON", "CON_"},
		{"con.tar.gz", "con.tar.gz", "con_.tar.gz"},
		{"COM1", "COM1", "COM1_"},
		{"COM", "COM", "COM"},
		{"Console", "Console", "Console"},
		{"M\xe4rz", "M\xe4rz", "M%E4rz"},
		{long + ".tar.gz", strings.Repeat("x", 243) + "~2ac98896.gz", strings.Repeat("x", 243) + "~2ac98896.gz"},
	} {
		for _, windows := range []bool{false, true} {
			want := c.linux
			if windows {
				want = c.windows
			}
			got, changed := LocalName(c.name, windows)
			if got != want || changed != (want != c.name) {
				t.Errorf("%q, windows %v: %q, %v, want %q", c.name, windows, got, changed, want)
			}
		}
	}
}

// Two names of a server must not fall together: one file would overwrite the other.
func TestLocalNamesStayApart(t *testing.T) {
	long := strings.Repeat("ü", 200)
	names := []string{"a:b", "a?b", "a*b", "a|b", `a\b`, "a/b", "a\x01b", "a\x02b", "x.", "x", "x ", "CON", "CON_", long + "1", long + "2", long + "1.txt"}
	seen := map[string]string{}
	for _, name := range names {
		local, _ := LocalName(name, true)
		if other, ok := seen[local]; ok && !(name == "CON_" && other == "CON") {
			t.Errorf("%q and %q both become %q", name, other, local)
		}
		seen[local] = name
	}
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"plain ü 日本":    "plain ü 日本",
		"a\r\nb\x1b[2J": `a\x0d\x0ab\x1b[2J`,
		"\x7f\u0085":    `\x7f\x85`,
		"\u202etxt.exe": "<202E>txt.exe",
		"\u2066a\u200f": "<2066>a<200F>",
		"M\xe4rz":       `M\xe4rz`,
		"\ufffd":        "\ufffd",
	} {
		if got := Escape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestModeString(t *testing.T) {
	for line, want := range map[string]string{
		"type=dir;UNIX.mode=02775; x":        "drwxrwsr-x",
		"type=file;UNIX.mode=0100644; x":     "-rw-r--r--",
		"type=file;UNIX.mode=7000; x":        "---S--S--T",
		"type=OS.unix=slink:;UNIX.mode=0; x": "l---------",
		"type=file;UNIX.mode=rw; x":          "",
		"type=file; x":                       "",
	} {
		e, err := ParseMLST(line)
		if err != nil || e.ModeString() != want {
			t.Errorf("%s: %q, %v, want %q", line, e.ModeString(), err, want)
		}
	}
}

func TestParseMLST(t *testing.T) {
	e, err := ParseMLST(" type=cdir;modify=20200303092200;UNIX.ownername=root;UNIX.owner=0; /pub/a b\r\n")
	if err != nil || e.Raw != "/pub/a b" || e.Type != Dir || e.Owner != "root" || !e.Exact {
		t.Errorf("%+v, %v", e, err)
	}
	for _, line := range []string{"", "x", "250 End", strings.Repeat("x", 20_000)} {
		if e, err := ParseMLST(line); err == nil {
			t.Errorf("%.20q: %+v", line, e)
		}
	}
}
