package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/listing"
)

// walked is what a Tree told.
type walked struct {
	names map[string]listing.Entry // by path
	twice []string
	ended []string
	wrong map[string]error
}

// walk walks with up to n sessions of a pool.
func walk(t *testing.T, f fixture, dir string, n int) walked {
	t.Helper()
	pool := NewPool(f.env)
	t.Cleanup(pool.Close)
	got := walked{names: map[string]listing.Entry{}, wrong: map[string]error{}}
	tree := Tree{Root: dir, Sessions: n, Release: pool.Release,
		Lease: func(ctx context.Context) (*Session, error) { return pool.Lease(ctx, f.target) },
		Rows: func(dir string, rows []listing.Entry) {
			for _, e := range rows {
				p := path.Join(dir, e.Raw)
				if _, ok := got.names[p]; ok {
					got.twice = append(got.twice, p)
				}
				got.names[p] = e
			}
		},
		End: func(dir string, report listing.Report, err error) {
			got.ended = append(got.ended, dir)
			if err == nil && report.Truncated {
				err = errors.New("truncated")
			}
			if err != nil {
				got.wrong[dir] = err
			}
		}}
	if err := tree.Walk(ctxFor(t)); err != nil {
		t.Error(err)
	}
	if len(got.twice) > 0 {
		t.Errorf("shown twice: %q", got.twice)
	}
	return got
}

// plant makes folders and files below root and gives their paths.
func plant(t *testing.T, root string, paths ...string) []string {
	t.Helper()
	for _, p := range paths {
		at := filepath.Join(root, filepath.FromSlash(p))
		dir, file := filepath.Dir(at), !strings.HasSuffix(p, "/")
		if !file {
			dir = at
		}
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if file {
			if err := os.WriteFile(at, []byte("xyz"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return onDisk(t, root)
}

// onDisk lists all below root with slashes, without root.
func onDisk(t *testing.T, root string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, _ os.DirEntry, err error) error {
		if p != root && err == nil {
			paths = append(paths, filepath.ToSlash(p[len(root):]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}

// stated counts the STAT commands that a fixture's sessions sent.
func stated(f *fixture) func() int {
	log, n := f.env.Log, 0
	f.env.Log = func(l Line) {
		if l.Dir == Sent && strings.HasPrefix(l.Text, "STAT ") {
			n++
		}
		log(l)
	}
	return func() int { return n }
}

func (w walked) holds(t *testing.T, dir string, want []string) {
	t.Helper()
	var got []string
	for p := range maps.Keys(w.names) {
		got = append(got, strings.TrimPrefix(p, strings.TrimSuffix(dir, "/")))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %d names, want %d\n got %.2000q\nwant %.2000q", len(got), len(want), got, want)
	}
}

// TestTreeOnRealServers walks a tree with awkward names on each server, and
// looks whether the fast way was taken where it should be.
func TestTreeOnRealServers(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			d := daemons.Start(t, k, daemons.Options{})
			f := realFixture(t, d, PlainFTP, "")
			n := stated(&f)
			root := filepath.Join(d.Root, path.Base(f.dir))
			names := []string{"empty/", "with blank/in", "[br]*/in", "b/decoy", "-dash/in", "a/.hidden", "a/.dot/in", "a/213 End", "a/213 End.", "ümläut/ñ", "quote\"d/in", "~/in"}
			for i := range 300 {
				names = append(names, fmt.Sprintf("many/%03d/%d/file", i, i%7))
			}
			want := plant(t, root, names...)
			if err := d.Share(); err != nil {
				t.Fatal(err)
			}
			got := walk(t, f, f.dir, 3)
			got.holds(t, f.dir, want)
			if len(got.wrong) > 0 {
				t.Error(got.wrong)
			}
			e := got.names[f.dir+"/many/123/4/file"]
			if e.Type != listing.File || e.Size != 3 || e.Time.IsZero() {
				t.Errorf("a file is %+v", e)
			}
			if fast := k == daemons.VSFTPD || k == daemons.PureFTPd; fast != (n() > 500) {
				t.Errorf("%d folders were listed by STAT", n())
			}
		})
	}
}

// TestTreeShowsLinksAsLinks: they are in the listing and nothing below them.
func TestTreeShowsLinksAsLinks(t *testing.T) {
	for _, k := range []daemons.Kind{daemons.VSFTPD, daemons.PureFTPd, daemons.ProFTPD} {
		d := daemons.Start(t, k, daemons.Options{})
		f := realFixture(t, d, PlainFTP, "")
		root := filepath.Join(d.Root, path.Base(f.dir))
		plant(t, root, "a/b/file", "c/file")
		for link, to := range map[string]string{"a/up": "..", "a/b/side": "../../c", "dangling": "nowhere"} {
			if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Share(); err != nil {
			t.Fatal(err)
		}
		got := walk(t, f, f.dir, 2)
		if k == daemons.ProFTPD { // its MLSD leaves dangling links out
			got.names[f.dir+"/dangling"] = listing.Entry{Type: listing.Link}
		}
		got.holds(t, f.dir, onDisk(t, root))
		for _, link := range []string{"/a/up", "/a/b/side", "/dangling"} {
			if e := got.names[f.dir+link]; e.Type != listing.Link {
				t.Errorf("%s: %s is %v", k, link, e.Type)
			}
		}
	}
}

// TestTreeOfCutFolders: Pure-FTPd cuts what STAT shows without a word. No name
// is lost in silence, whether folders hold less than the limit, just it, or more.
func TestTreeOfCutFolders(t *testing.T) {
	const limit = 20
	d := daemons.Start(t, daemons.PureFTPd, daemons.Options{ListLimit: limit})
	f := realFixture(t, d, PlainFTP, "")
	root := filepath.Join(d.Root, path.Base(f.dir))
	var names []string
	sizes := []int{0, 1, 5, limit - 4, limit - 3, limit - 2, limit - 1, limit, limit + 1, 50}
	for i, n := range sizes {
		names = append(names, fmt.Sprintf("top/%02d/", i))
		for j := range n {
			names = append(names, fmt.Sprintf("top/%02d/%03d", i, j))
		}
	}
	plant(t, root, names...)
	if err := d.Share(); err != nil {
		t.Fatal(err)
	}
	got := walk(t, f, f.dir+"/top", 1)
	for i, n := range sizes {
		dir := fmt.Sprintf("%s/top/%02d", f.dir, i)
		shown := 0
		for p := range got.names {
			if path.Dir(p) == dir {
				shown++
			}
		}
		if shown != n && got.wrong[dir] == nil {
			t.Errorf("a folder of %d shows %d and says nothing", n, shown)
		}
		if n < limit-2 && (shown != n || got.wrong[dir] != nil) {
			t.Errorf("a folder of %d shows %d: %v", n, shown, got.wrong[dir])
		}
	}
}

// TestTreeSurvivesALyingSTAT: a server that calls itself vsftpd and whose STAT
// shows something else, or less, is listed by LIST.
func TestTreeSurvivesALyingSTAT(t *testing.T) {
	row := "-rw-r--r--    1 0        0               3 Nov 22 11:11 "
	dots := "drwxr-xr-x    1 0        0               0 Nov 22 11:11 .\r\ndrwxr-xr-x    1 0        0               0 Nov 22 11:11 ..\r\n"
	for name, fault := range map[string]ftptest.Fault{
		"as it should be":        {Do: ftptest.Say, On: "NONE"},
		"no such command":        {Do: ftptest.Say, On: "STAT", Text: "502 no"},
		"nothing":                {Do: ftptest.RawListing, On: "STAT", Text: dots},
		"nothing from the third": {Do: ftptest.RawListing, On: "STAT", Text: "", Skip: 2},
		"another folder":         {Do: ftptest.RawListing, On: "STAT", Text: dots + row + "other\r\n"},
		"noise from the third":   {Do: ftptest.RawListing, On: "STAT", Text: dots + "noise\r\n", Skip: 2},
		"a line end in a name":   {Do: ftptest.RawListing, On: "STAT", Text: dots + row + "x\ny\r\n", Skip: 1, Times: 1},
		"a CR in a name":         {Do: ftptest.RawListing, On: "STAT", Text: dots + row + "x\ry\r\n", Skip: 1, Times: 1},
		"an end in a name":       {Do: ftptest.RawListing, On: "STAT", Text: dots + row + "x\r\n213 End of status\r\n" + row + "y\r\n", Skip: 1, Times: 1},
		"one reply too many":     {Do: ftptest.Append, On: "STAT", Text: "213 End of status", Skip: 2, Times: 1},
		"hung up":                {Do: ftptest.DropBefore, On: "STAT", Skip: 3, Times: 1},
		"421":                    {Do: ftptest.Say, On: "STAT", Text: "421 enough", Skip: 3, Times: 1},
		"garbage":                {Do: ftptest.Garbage, On: "STAT", Skip: 2, Times: 1},
		"endless":                {Do: ftptest.EndlessLines, On: "STAT", Skip: 2, Times: 1},
		"an endless line":        {Do: ftptest.EndlessLine, On: "STAT", Skip: 2, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := ftptest.Options{Greeting: "220 (vsFTPd 3.0.5)", Disable: []string{"MLSD", "MLST"}, Faults: []ftptest.Fault{fault}}
			srv := startServer(t, o)
			f := fixtureOf(t, srv, o)
			var names []string
			for i := range 40 {
				names = append(names, fmt.Sprintf("pub/%02d/sub/file", i))
			}
			plant(t, srv.Root(), names...)
			want := onDisk(t, filepath.Join(srv.Root(), "pub"))
			n := stated(&f)
			got := walk(t, f, "/pub", 2)
			got.holds(t, "/pub", want)
			if len(got.wrong) > 0 {
				t.Error(got.wrong)
			}
			if name == "as it should be" && n() < 80 {
				t.Errorf("only %d folders were listed by STAT", n())
			}
		})
	}
}

// TestTreeSharesTheWork: without STAT several sessions list, and a folder that
// cannot be listed is told while the rest goes on.
func TestTreeSharesTheWork(t *testing.T) {
	o := ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "CWD", Path: "07", Text: "550 not for you"},
		{Do: ftptest.DropControl, On: "MLSD", Skip: 5, Times: 2}}}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	var names []string
	for i := range 30 {
		names = append(names, fmt.Sprintf("pub/%02d/sub/file", i))
	}
	plant(t, srv.Root(), names...)
	got := walk(t, f, "/pub", 3)
	want := slices.DeleteFunc(onDisk(t, filepath.Join(srv.Root(), "pub")), func(p string) bool { return strings.HasPrefix(p, "/07/") })
	got.holds(t, "/pub", want)
	if len(got.wrong) != 1 || got.wrong["/pub/07"] == nil {
		t.Error(got.wrong)
	}
	if _, most, _ := srv.Sessions(); most < 2 || most > 3 {
		t.Errorf("%d sessions at once", most)
	}
}

// TestTreeOfOneSession: a server that bears one connection is walked by one.
func TestTreeOfOneSession(t *testing.T) {
	o := ftptest.Options{MaxSessions: 1}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	want := plant(t, filepath.Join(srv.Root(), "pub"), "a/b/c", "d/e", "f/g/h/i")
	walk(t, f, "/pub", 4).holds(t, "/pub", want)
}

// TestTreeHasAnEnd: a folder that holds itself is entered so often and no more,
// and names that lead out are not entered.
func TestTreeHasAnEnd(t *testing.T) {
	o := ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD", Text: "type=dir;unique=1; in\r\ntype=dir; ../out\r\n"}}}
	srv := startServer(t, o)
	plant(t, srv.Root(), "pub/in/in/")
	got := walk(t, fixtureOf(t, srv, o), "/pub", 2)
	if len(got.wrong) != 3 || got.wrong["/pub/out"] == nil { // out, twice, and in
		t.Error(got.wrong)
	}
	for _, c := range srv.Commands() {
		if strings.Contains(c, "..") {
			t.Errorf("the server was asked %q", c)
		}
	}
}

// TestTreeEnds: its context, and a server that is not there, end it.
func TestTreeEnds(t *testing.T) {
	o := ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.StallData, On: "MLSD"}}}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	pool := NewPool(f.env)
	defer pool.Close()
	ctx, cancel := context.WithCancel(ctxFor(t))
	tree := Tree{Root: "/", Sessions: 3, Release: pool.Release,
		Lease: func(ctx context.Context) (*Session, error) {
			s, err := pool.Lease(ctx, f.target)
			go cancel()
			return s, err
		}}
	if err := tree.Walk(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after a cancel: %v", err)
	}
	none := errors.New("none")
	tree.Lease = func(context.Context) (*Session, error) { return nil, none }
	if err := tree.Walk(ctxFor(t)); !errors.Is(err, none) {
		t.Errorf("without a session: %v", err)
	}
}
