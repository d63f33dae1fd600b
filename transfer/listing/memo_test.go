package listing

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// FuzzNeighbours holds that what a Reader remembers of earlier rows changes no
// later one: each row comes out as from a Reader that has seen none. The second
// round begins with rows that were seen, in the other order.
func FuzzNeighbours(f *testing.F) {
	for _, s := range readSamples(f) {
		f.Add([]byte(s.text), s.mlsd)
	}
	for _, rows := range neighbours {
		f.Add([]byte(strings.Join(rows, "\n")), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, mlsd bool) { likeFresh(t, data, mlsd) })
}

func TestNeighbours(t *testing.T) {
	for _, rows := range neighbours {
		for _, first := range rows {
			for _, second := range rows {
				likeFresh(t, []byte(first+"\n"+second+"\n"+first), false)
			}
		}
	}
}

// neighbours resemble each other without being alike.
var neighbours = [][]string{
	{
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12 a",
		"-rw-r--r--    1 1000     1000           55 Nov 22 08:12 b",
		"-rw-r--r--    1 1000     1000 5 Nov 22 08:12 c",
		"-rw-r--r--    1 1000     10000           5 Nov 22 08:12 d",
		"-rw-r--r--    1 1000     1000x           5 Nov 22 08:12 e",
		"-rw-r--r--    1 1000     10005 Nov 22 08:12 ee",
		"-rw-r--r--    1 1000     1000\t           5 Nov 22 08:12 f",
		"-rw-r--r--    1 1000     1000            5\tNov 22 08:12 g",
		"-rw-r--r--    1 1000     1000            5  Nov 22 08:12 h",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12  i",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12\tj",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12 ",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12  ",
		"-rw-r--r--    1 1000     1000            5 Nov 22  2004 k",
		"-rw-r--r--    1 1000     1000            5 Nov  2 08:12 l",
		"-rw-r--r--    1 1000     1000            5 22 Nov 08:12 m",
		"-rw-r--r--    1 1000     1000            5 Feb 30 08:12 n",
		"-rw-r--r--    1 1000     1000            5 2004-11-22 08:12 o",
		"-rw-r--r--    1 1000     1000            7 5 Nov 22 08:12 p",
		"-rw-r--r--    1 1000     1000         1,234 Nov 22 08:12 q",
		"-rw-r--r--    1 1000     1000         1.5K Nov 22 08:12 r",
		"-rw-r--r--    1 1000     1000              Nov 22 08:12 s",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12 t -> u",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12 ..",
		"-rw-r--r--    1 1000     1000 99999999999999999999 Nov 22 08:12 v",
		"-rw-r--r--    1 1000     1000 999999999999999999 Nov 22 08:12 w",
		"-rw-r--r--    1 1000     1000 9999999999999999999 Nov 22 08:12 w",
		"  -rw-r--r--    1 1000     1000            5 Nov 22 08:12 x",
		"77 -rw-r--r--    1 1000     1000            5 Nov 22 08:12 y",
		"-rw-r--r--+   1 1000     1000            5 Nov 22 08:12 z",
		"lrwxrwxrwx    1 1000     1000            5 Nov 22 08:12 a -> b",
		"lrwxrwxrwx    1 1000     1000            5 Nov 22 08:12 a",
		"drwxr-xr-x    1 1000     1000            5 Nov 22 08:12 b/",
		"drwsr-sr-t    1 1000     1000            5 Nov 22 08:12 c",
		"crw-rw-rw-    1 root     root      1,   3 Nov 22 08:12 null",
		"brw-rw-rw-    1 root     root            3 Nov 22 08:12 sda",
		"-rw-r--r--    1 Domain Users 5 Nov 22 08:12 d",
		"-rw-r--r--    3 5        8 Nov 22 08:12 mac",
		"11-22-26  08:12AM 5 dos",
	},
}

// likeFresh reads the lines with one Reader and each with one of its own.
func likeFresh(t *testing.T, data []byte, facts bool) {
	t.Helper()
	lines := bytes.Split(data, []byte("\n"))
	if len(lines) > 60 || len(data) > 8<<10 {
		return
	}
	both := NewReader(nil, Options{MLSD: facts, Now: now})
	read := func(r *Reader, line []byte, d *dialect) (e Entry, v verdict) {
		e.Size = -1
		v = d.parse(r, line, &e)
		if v != row {
			e = Entry{}
		}
		return e, v
	}
	for round := range 2 {
		for _, line := range lines {
			line = bytes.TrimRight(line, "\r")
			if len(line) == 0 {
				continue
			}
			for _, d := range []*dialect{dialects[0], dialects[1], mlsd} {
				e, v := read(both, line, d)
				want, wanted := read(NewReader(nil, Options{MLSD: facts, Now: now}), line, d)
				if v != wanted || !reflect.DeepEqual(e, want) {
					t.Fatalf("round %d, %s, %q:\n got %v %+v\nwant %v %+v", round, d.name, line, v, e, wanted, want)
				}
			}
		}
		for i := range len(lines) / 2 {
			lines[i], lines[len(lines)-1-i] = lines[len(lines)-1-i], lines[i]
		}
	}
}
