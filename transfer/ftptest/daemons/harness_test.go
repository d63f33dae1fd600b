package daemons_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer"
	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/session"
)

// mishaps are what goes wrong between the queue and a real server.
func mishaps(chance float64) []ftptest.Fault {
	const moves = "STOR,RETR"
	all := []ftptest.Fault{
		{Do: ftptest.Say, On: "GREETING", Text: "421 There are too many connections from your internet address."},
		{Do: ftptest.Say, On: "PASS", Text: "530 Sorry, the maximum number of clients (2) are already connected."},
		{Do: ftptest.Say, On: moves, Text: "450 File is busy, try again."},
		{Do: ftptest.Say, On: moves, Text: "425 Cannot open data connection."},
		{Do: ftptest.Say, On: "CWD,SIZE", Text: "421 Idle for too long."},
		{Do: ftptest.Silence, On: "RETR,STOR,SIZE,CWD,MLSD,LIST"},
		{Do: ftptest.SilenceAfter, On: moves},
		{Do: ftptest.Late, On: moves, Delay: 150 * time.Millisecond},
		{Do: ftptest.DropBefore, On: "RETR,STOR,SIZE,MLST"},
		{Do: ftptest.DropInstead, On: "STOR,RETR,MFMT,MDTM,MKD,RNTO", Hard: true},
		{Do: ftptest.DropAfter, On: moves},
		{Do: ftptest.Trickle, On: "STOR,RETR,SIZE", Delay: time.Millisecond},
		{Do: ftptest.StallData, Spread: 200_000},
		{Do: ftptest.ResetData, Spread: 200_000},
		{Do: ftptest.ResetData, On: "STOR", Spread: 200_000, Text: "226 Transfer complete."},
		{Do: ftptest.CutData, On: moves, Spread: 200_000},
		{Do: ftptest.FinishData, On: moves, Spread: 200_000},
		{Do: ftptest.LoseData, On: "STOR", Spread: 200_000},
		{Do: ftptest.DropControl, Spread: 200_000},
		{Do: ftptest.DropControl, Spread: 200_000, Hard: true},
		{Do: ftptest.DeadPort, On: "EPSV,PASV"},
		{Do: ftptest.Say, On: "EPSV", Text: "500 Unknown command."},
	}
	for i := range all {
		all[i].Chance = chance
	}
	return all
}

// TestQueueThroughTrouble moves files both ways through the queue to every
// real server, from eight seeds, while faults strike at random: in the end
// all are whole, and none was called done that was not. LONGSHORE_SOAK=125
// makes it 2,000 files.
func TestQueueThroughTrouble(t *testing.T) {
	n := rounds(t, 12)
	for seed := range 8 {
		k := daemons.Kinds[seed%len(daemons.Kinds)]
		secure := seed >= len(daemons.Kinds)
		t.Run(fmt.Sprintf("%d %s tls=%v", seed, k, secure), func(t *testing.T) {
			t.Parallel()
			d := daemons.Start(t, k, daemons.Options{})
			o := ftptest.Options{Seed: uint64(seed), Faults: mishaps(0.03)}
			sec := session.PlainFTP
			if secure {
				o.TLS, o.Reuse, sec = ftptest.ExplicitTLS, ftptest.ReuseProFTPD, session.ExplicitTLS
			}
			relay := daemons.Relay(t, d, o)
			p := placeOf(d, relay.Host(), relay.Port(), relay.CertPEM(), sec)
			p.env.Timeout = time.Second
			throughTrouble(t, d, p, n, uint64(seed))
			t.Logf("%d mishaps for %d files", relay.Struck(), 2*n)
		})
	}
}

func throughTrouble(t *testing.T, d *daemons.Daemon, p place, n int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	local, back := filepath.Join(t.TempDir(), "source"), filepath.Join(t.TempDir(), "back")
	fill(t, r, local, n)
	fill(t, r, filepath.Join(p.root, "tree"), n)
	if err := d.Share(); err != nil {
		t.Fatal(err)
	}
	pool := session.NewPool(p.env)
	defer pool.Close()
	q, err := transfer.Open(transfer.Config{Dir: t.TempDir(), Leaser: transfer.NewLeaser(pool), Slots: 4, Retries: 30,
		Backoff: func(n int) time.Duration { return time.Duration(n) * 10 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	q.Start()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	defer q.Close(ctx)
	rules := transfer.Options{Exists: transfer.Fail, KeepTimes: true, SafeUpload: seed%2 == 1}
	ids, err := q.Add(ctx,
		transfer.Request{Direction: transfer.Upload, Folder: true, Target: p.target, Local: local, Remote: path.Join(p.dir, "up"), Options: rules},
		transfer.Request{Direction: transfer.Download, Folder: true, Target: p.target, Local: back, Remote: path.Join(p.dir, "tree"), Options: rules})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Wait(ctx, ids...); err != nil {
		t.Error(err)
	}
	items := 0
	for _, it := range q.Since(0).Items {
		items++
		if it.State != transfer.Done || !it.Folder && it.Check < transfer.SizeMatches {
			t.Errorf("%s %q is %v, checked %d, after %d attempts: %+v", it.Direction, it.Remote, it.State, it.Check, it.Attempts, it.Err)
		}
	}
	t.Logf("%d items", items)
	equal(t, local, filepath.Join(p.root, "up"))
	equal(t, filepath.Join(p.root, "tree"), back)
}

// fill makes n files in folders of ten.
func fill(t *testing.T, r *rand.Rand, dir string, n int) {
	t.Helper()
	for i := range n {
		sub := filepath.Join(dir, fmt.Sprintf("folder %d", i/10))
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		data := sample(r)
		if len(data) > 1<<20 && i%10 != 0 {
			data = data[:len(data)>>4]
		}
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("file %d.bin", i)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func equal(t *testing.T, want, got string) {
	t.Helper()
	a, b := sums(t, want), sums(t, got)
	for name, sum := range a {
		if b[name] != sum {
			t.Errorf("%q is %q, want %q", name, b[name], sum)
		}
		delete(b, name)
	}
	for name := range b {
		t.Errorf("%q is too much", name)
	}
}

func sums(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		name, _ := filepath.Rel(dir, p)
		out[name] = fmt.Sprintf("%d %x", len(b), sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return out
}
