package transfer

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

func TestVerify(t *testing.T) {
	noDigests := []string{"HASH", "XCRC", "XMD5", "XSHA1", "XSHA256", "XSHA512", "XSHA", "MD5", "MMD5"}
	for name, o := range map[string]ftptest.Options{"by digest": {}, "by reading": {Disable: noDigests}} {
		t.Run(name, func(t *testing.T) {
			s, target, pool := serve(t, o)
			dir := t.TempDir()
			write(t, dir, "tree/a", "tree/b")
			write(t, s.Root(), "one")
			big := bytes.Repeat([]byte("big"), 100_000)
			os.WriteFile(filepath.Join(dir, "tree", "big"), big, 0o644)
			q := open(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Backoff: soon})
			ctx := within(t, time.Minute)
			done(t, q, Done, Request{Folder: true, Target: target, Local: filepath.Join(dir, "tree"), Remote: "/tree"},
				Request{Direction: Download, Target: target, Local: filepath.Join(dir, "one"), Remote: "/one", Size: -1})
			all := q.Since(0).Items
			q.Verify(idsOf(q)...)
			if err := q.Wait(ctx, idsOf(q)...); err != nil {
				t.Fatal(err)
			}
			for _, it := range all {
				if got := is(t, q, it.ID, Done); !it.Folder && got.Check != Verified {
					t.Errorf("%q: %v %q", got.Remote, got.Check, got.CheckNote)
				}
			}
			// Same size, other bytes: Verify finds it and touches nothing.
			other := bytes.Repeat([]byte("x"), len("tree/a"))
			for _, p := range []string{filepath.Join(s.Root(), "tree", "a"), filepath.Join(s.Root(), "one")} {
				info, _ := os.Stat(p)
				os.WriteFile(p, other[:min(len(other), int(info.Size()))], 0o644)
			}
			os.WriteFile(filepath.Join(s.Root(), "tree", "big"), append([]byte("p"), big[1:]...), 0o644) // its end is right
			q.Verify(idsOf(q)...)
			if err := q.Wait(ctx, idsOf(q)...); err != nil {
				t.Fatal(err)
			}
			states := map[string]State{}
			for _, it := range q.Since(0).Items {
				states[it.Remote] = it.State
			}
			if states["/tree/a"] != Failed || states["/tree/b"] != Done || states["/tree/big"] != Failed || states["/one"] != Failed || states["/tree"] != Failed {
				t.Errorf("%v", states)
			}
			if b, _ := os.ReadFile(filepath.Join(s.Root(), "tree", "a")); !bytes.Equal(b, other) {
				t.Error("Verify changed a file")
			}
			q.Retry(idsOf(q)...)
			if err := q.Wait(ctx, idsOf(q)...); err != nil {
				t.Fatal(err)
			}
			allDone(t, q)
			if b, _ := os.ReadFile(filepath.Join(s.Root(), "tree", "big")); !bytes.Equal(b, big) {
				t.Error("the big file was not sent again")
			}
			if b, _ := os.ReadFile(filepath.Join(s.Root(), "tree", "a")); string(b) != "tree/a" {
				t.Errorf("after Retry: %q", b)
			}
		})
	}
}
