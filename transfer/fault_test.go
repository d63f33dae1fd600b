package transfer

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// mishaps are what goes wrong with real servers and networks, each now and
// then.
func mishaps(chance float64) []ftptest.Fault {
	all := []ftptest.Fault{
		{Do: ftptest.Say, On: "GREETING", Text: "421 There are too many connections from your internet address."},
		{Do: ftptest.Say, On: "RETR,STOR", Text: "450 File is busy, try again."},
		{Do: ftptest.Say, On: "RETR,STOR", Text: "425 Cannot open data connection."},
		{Do: ftptest.Say, On: "CWD,SIZE", Text: "421 Idle for too long."},
		{Do: ftptest.SilenceAfter, On: "RETR,STOR"},
		{Do: ftptest.Silence, On: "RETR,STOR,SIZE,CWD,MLSD"},
		{Do: ftptest.Late, On: "RETR,STOR", Delay: 100 * time.Millisecond},
		{Do: ftptest.DropBefore, On: "RETR,STOR,SIZE,MLST"},
		{Do: ftptest.DropInstead, On: "STOR,RETR,MFMT,MKD,RNTO"},
		{Do: ftptest.DropAfter, On: "STOR,RETR"},
		{Do: ftptest.Trickle, On: "STOR,RETR,SIZE", Delay: time.Millisecond},
		{Do: ftptest.StallData, Spread: 100_000},
		{Do: ftptest.ResetData, Spread: 100_000},
		{Do: ftptest.ResetData, On: "STOR", Spread: 100_000, Text: "226 Transfer complete."},
		{Do: ftptest.CutData, On: "RETR,STOR", Spread: 100_000},
		{Do: ftptest.FinishData, On: "RETR,STOR", Spread: 100_000},
		{Do: ftptest.LoseData, On: "STOR", Spread: 100_000},
		{Do: ftptest.DropControl, Spread: 100_000},
		{Do: ftptest.DeadPort, On: "EPSV,PASV"},
	}
	for i := range all {
		all[i].Chance = chance
	}
	return all
}

// TestEverythingGoesWrong moves trees both ways while faults strike at
// random: at the end every file is whole, and none was called done that was
// not.
func TestEverythingGoesWrong(t *testing.T) {
	seeds, files := 2, 20
	if soaking() {
		seeds, files = 8, 63
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			o := ftptest.Options{Seed: uint64(seed), Faults: mishaps(0.03)}
			o.TLS = []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS}[seed%2]
			goesWrong(t, o, files, seed)
		})
	}
}

func goesWrong(t *testing.T, o ftptest.Options, files, seed int) {
	s, target, _ := serve(t, o)
	pool := session.NewPool(&session.Env{Roots: s.Roots(), Timeout: 400 * time.Millisecond})
	t.Cleanup(pool.Close)
	src, back := filepath.Join(t.TempDir(), "source"), filepath.Join(t.TempDir(), "back")
	tree(t, src, 2, files, 200_000, uint64(seed))
	tree(t, filepath.Join(s.Root(), "tree"), 2, files, 200_000, uint64(seed)+100)
	q := open(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Backoff: soon, Slots: 4, Retries: 30})
	ctx := within(t, 2*time.Minute*slowness)
	rules := Options{Exists: Fail, KeepTimes: true, SafeUpload: seed%4 >= 2}
	ids, err := q.Add(ctx,
		Request{Direction: Upload, Folder: true, Target: target, Local: src, Remote: "/up", Options: rules},
		Request{Direction: Download, Folder: true, Target: target, Local: back, Remote: "/tree", Options: rules})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Wait(ctx, ids...); err != nil {
		for _, it := range q.Since(0).Items {
			if it.State != Done {
				t.Logf("%s %q is %v after %d attempts: %v", it.Direction, it.Remote, it.State, it.Attempts, it.Err)
			}
		}
		t.Fatal(err)
	}
	allDone(t, q)
	equalTrees(t, src, filepath.Join(s.Root(), "up"))
	equalTrees(t, filepath.Join(s.Root(), "tree"), back)
	if s.Struck() == 0 {
		t.Error("nothing went wrong")
	}
	t.Logf("%d mishaps", s.Struck())
}

// TestOneBitWrong: sizes do not see a changed bit; digests and reading back do.
func TestOneBitWrong(t *testing.T) {
	for _, c := range []struct {
		name    string
		on      string
		rules   Options
		disable []string
	}{
		{"upload, digest", "STOR", Options{Digest: true}, nil},
		{"upload, read back", "STOR", Options{ReadBack: true}, []string{"HASH", "XCRC", "XMD5", "XSHA1", "XSHA256", "XSHA512", "XSHA", "MD5", "MMD5"}},
		{"download, digest", "RETR", Options{Digest: true}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, target, pool := serve(t, ftptest.Options{Disable: c.disable, Faults: []ftptest.Fault{{Do: ftptest.BadData, On: c.on, At: 70_000, Times: 1}}})
			dir := t.TempDir()
			local, remote := filepath.Join(dir, "f"), filepath.Join(s.Root(), "f")
			from, to, d := local, remote, Upload
			if c.on == "RETR" {
				from, to, d = remote, local, Download
			}
			tree(t, dir, 1, 1, 0, 1)
			if err := os.WriteFile(from, make([]byte, 200_000), 0o644); err != nil {
				t.Fatal(err)
			}
			q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
			ctx := within(t, 20*time.Second)
			ids, err := q.Add(ctx, Request{Direction: d, Target: target, Local: local, Remote: "/f", Size: -1, Options: c.rules})
			if err != nil {
				t.Fatal(err)
			}
			if err := q.Wait(ctx, ids...); err != nil {
				t.Fatal(err)
			}
			it, _ := q.Item(ids[0])
			if it.State != Done || it.Check != Verified {
				t.Errorf("%v, check %d %q, %v", it.State, it.Check, it.CheckNote, it.Err)
			}
			got, err := os.ReadFile(to)
			if err != nil || string(got) != string(make([]byte, 200_000)) {
				t.Errorf("%d bytes, %v, or not the same", len(got), err)
			}
			if s.Struck() != 1 {
				t.Errorf("%d mishaps", s.Struck())
			}
		})
	}
}
