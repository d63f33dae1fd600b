package session

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"longshore/transfer/ftptest/daemons"
)

// TestDeleteManyOnRealServers deletes a tree whose names resemble patterns,
// options and replies: all of it goes, and nothing beside it.
func TestDeleteManyOnRealServers(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			d := daemons.Start(t, k, daemons.Options{})
			f := realFixture(t, d, PlainFTP, "")
			root := filepath.Join(d.Root, path.Base(f.dir))
			kept := plant(t, root, "a", "b/a", "doomed2/a", "doomed/kept/a", "doomed/file-0", "doomed/x1", "doomed/-dash2")
			for i, p := range kept {
				kept[i] = strings.TrimPrefix(p, "/")
			}
			odd := []string{"*", "?", "[a]", "x?", "-rf", "-dash", "~", "$HOME", "`id`", "a b", "two  blanks", "quote\"d", "it's", "ümläut", "250 OK", "{a,b}", "a;b|c&d", "%s%n", ".hidden", "...", "#", "(1)", strings.Repeat("l", 200)}
			names := map[string][]string{"doomed": odd}
			for i := range 300 - 2*len(odd) {
				names["doomed"] = append(names["doomed"], fmt.Sprintf("file %03d", i))
			}
			names["doomed/be low"] = odd
			var all []string
			for dir, ns := range names {
				for _, n := range ns {
					all = append(all, dir+"/"+n)
				}
			}
			plant(t, root, all...)
			if err := d.Share(); err != nil {
				t.Fatal(err)
			}
			s := openFixture(t, f)
			bursts := 0
			for dir, left := range names {
				left = append(slices.Clone(left), "never was")
				for len(left) > 0 {
					at := f.dir + "/" + dir
					errs, err := s.DeleteMany(ctxFor(t), at, left)
					if err != nil {
						t.Fatal(err)
					}
					bursts += min(len(errs), 1)
					if len(errs) == 0 {
						errs = []error{s.Delete(ctxFor(t), at+"/"+left[0])}
					}
					for i, err := range errs {
						if (err == nil) == (left[i] == "never was") {
							t.Errorf("%q: %v", left[i], err)
						}
					}
					left = left[len(errs):]
				}
			}
			want := slices.Concat(kept, []string{"doomed/be low"})
			for i := range want {
				want[i] = "/" + want[i]
			}
			slices.Sort(want)
			if got := onDisk(t, root); !slices.Equal(got, want) {
				t.Errorf("left are\n%.3000q, want\n%.3000q", got, want)
			}
			if fast := s.bearsEarly(); fast != (bursts > 0) || bursts > 30 {
				t.Errorf("%d bursts", bursts)
			}
		})
	}
}
