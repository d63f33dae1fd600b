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
		f.Add([]byte(strings.Join(rows, "\n")), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, mlsd bool) { likeFresh(t, data, mlsd) })
}

func TestNeighbours(t *testing.T) {
	for _, rows := range neighbours {
		for _, first := range rows {
			for _, second := range rows {
				for _, facts := range []bool{false, true} {
					likeFresh(t, []byte(first+"\n"+second+"\n"+first), facts)
				}
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
	{
		"type=file;size=5;modify=20261122081200;perm=adfrw;unique=FD01U1;UNIX.mode=0644;UNIX.owner=1000;UNIX.ownername=alice;UNIX.group=5;UNIX.groupname=staff; a",
		"type=dir;size=5;modify=20261122081200;perm=elcmp;unique=FD01U1;UNIX.mode=0755;UNIX.owner=1000;UNIX.ownername=bob;UNIX.group=5;UNIX.groupname=wheel; b",
		"type=file;size=55;modify=20261122081259;perm=adfr;unique=FD01U11;UNIX.mode=06440;UNIX.owner=10000;UNIX.ownername=alic;UNIX.group=55;UNIX.groupname=staffs; c",
		"type=file;size=5;modify=20261123081200.5;perm=ADFRW;unique=;UNIX.mode=644;UNIX.owner=;UNIX.ownername=;UNIX.group=;UNIX.groupname=; d",
		"Type=file;Size=5;Modify=20261122081200;Perm=adfrw;Unique=FD01U1;unix.mode=0644;unix.uid=1000;unix.gid=5; e",
		"type=files;size=5x;modify=20261122;perm=elcmp;UNIX.mode=0648; f",
		"type=fil;size=;modify=;perm=;UNIX.mode=; g",
		"type=;size=5;perm=elcmp; h",
		"type=;type=dir;type=; i",
		"type=dir;type=;perm=r; j",
		"type=file;type=;perm=r; j",
		"type=file;type=dir; k",
		"type=dir;type=file; l",
		"type=file;type=dir;; m",
		"type=file;;type=dir; n",
		";type=file;type=dir; o",
		"type=cdir;perm=el; /home",
		"type=pdir;perm=el; ..",
		"type=cdir;type=dir; p",
		"type=dir;type=cdir; q",
		"type=link;perm=adfrw; r",
		"type=OS.unix=symlink;perm=adfrw; s",
		"type=OS.unix=slink:/a;perm=adfrw; t",
		"type=OS.unix=slink:/ab;perm=adfrw; u",
		"type=OS.unix=slink:/a b;perm=adfrw; v",
		"type=OS.unix=slink:;perm=adfrw; w",
		"type=OS.unix=slink:/a;type=OS.unix=slink:; x",
		"type=file;type=OS.unix=slink:; y",
		"type=OS.unix=slink:/a;type=file; z",
		"type=OS.unix=chr-13/29;perm=r; aa",
		"type=OS.unix=dir;perm=r; bb",
		"type=OS.unix=file;size=5; cc",
		"UNIX.ownername=alice;UNIX.owner=1000;UNIX.groupname=staff;UNIX.group=5; dd",
		"UNIX.owner=1000;UNIX.ownername=;UNIX.group=5;UNIX.groupname=; ee",
		"UNIX.owner=;UNIX.owner=1000;UNIX.group=;UNIX.gid=5; ff",
		"UNIX.owner=1000;UNIX.uid=1001;UNIX.group=5;UNIX.gid=6; gg",
		"UNIX.mode=0644;UNIX.mode=9;size=5;size=x;perm=r;perm=; hh",
		"UNIX.mode=9;UNIX.mode=0644;size=x;size=5;perm=;perm=r; ii",
		"size=5;type=file;perm=adfrw; jj",
		"size=5;type=file; jj",
		"size=5;type=file jj",
		"size=5;type=file;perm jj",
		"size=5;type=file;perm; jj",
		"size=5;type=file;=r; jj",
		"size=5;type=file;perm=r;  kk",
		"size=5;type=file;perm=r; ",
		"size=5;type=file;lang=en;perm=r; ll",
		"size=5;type=file;lang=perm=r;perm=r; ll",
		"size=5;sizd=6;size=5; mm",
		"unique=a;unique=;unique=b; nn",
		"modify=20261122081200;modify=; oo",
		"modify=20261122081260;modify=20261122081261; oo",
		"size=5;type=filetype=file; pp",
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=r;size=5; qq",
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=r;type=dir; rr",
		"size=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;size=5; ss",
		"UNIX.ownername=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;UNIX.owner=5; tt",
		"UNIX.ownername=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy;UNIX.owner=5; uu",
		"perm=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;type=file; vv",
		"a=;b=;c=;d=;e=;f=;g=;h=;i=;j=;k=;l=;m=;n=;o=;p=;type=dir;perm=r;q=; ww",
		" name alone",
		"-rw-r--r--    1 1000     1000            5 Nov 22 08:12 unix",
		"+i8388621.48594,m825718503,r,s280,\teplf",
	},
}

// Facts that do not stand where they stood in the row before cost no memory.
func TestShiftedFactsAllocateNothing(t *testing.T) {
	file := []byte("modify=20261122081200;perm=adfrw;size=5;type=file;unique=1U1;UNIX.mode=0644;UNIX.ownername=alice; a")
	dir := []byte("modify=20261123081200;perm=flcdmpe;type=dir;unique=1U2;UNIX.mode=0755;UNIX.ownername=bob; b")
	r := NewReader(nil, Options{MLSD: true, Now: now})
	var e Entry
	if n := testing.AllocsPerRun(100, func() {
		if !r.Line(file, &e) || e.Owner != "alice" || !r.Line(dir, &e) || e.Owner != "bob" {
			t.Fatalf("%+v", e)
		}
	}); n > 0 {
		t.Errorf("%v allocations for two rows", n)
	}
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
