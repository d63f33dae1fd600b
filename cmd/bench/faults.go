package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
)

// A bout is one client moving some files one way while faults strike.
type bout struct {
	client clumsy
	up     bool
	seed   int
	limit  time.Duration // ends a client that does not come to an end by itself
}

// outcome is what became of a bout's files.
type outcome struct {
	files     int
	identical int
	lied      int // the client called them done, and they are missing or other
	zero      bool
	struck    int
	wall      time.Duration
}

// faults is "bench faults": every client moves the same files both ways from
// eight seeds, through the same relay with faults in front of the four real
// servers, half of them over TLS. Speed is no matter here, but what is whole
// in the end and what the client says of it.
func faults(ctx context.Context, ours string, args []string) error {
	f := pflag.NewFlagSet("bench faults", pflag.ContinueOnError)
	files := f.Int("files", 200, "files for each client and direction")
	seeds := f.Int("seeds", 8, "seeds that they are divided among")
	at := f.Int("at-once", 12, "bouts at the same time")
	chance := f.Float64("chance", 0.03, "of each fault at each occasion")
	limit := f.Duration("limit", 20*time.Minute, "for each bout")
	only := f.StringSlice("client", nil, "only these clients")
	if err := f.Parse(args); err != nil {
		return err
	}
	ours, err := filepath.Abs(ours)
	if err != nil {
		return err
	}
	var bouts []bout
	all := clumsies(ours, *only)
	for seed := range *seeds {
		for _, up := range []bool{false, true} {
			for _, c := range all {
				bouts = append(bouts, bout{c, up, seed, *limit})
			}
		}
	}
	results := make([]outcome, len(bouts))
	errs := make([]error, len(bouts))
	next := make(chan int)
	var wg sync.WaitGroup
	for range *at {
		wg.Go(func() {
			for i := range next {
				results[i], errs[i] = bouts[i].run(ctx, *files / *seeds, *chance)
				fmt.Fprintf(os.Stderr, "%s: %+v\n", bouts[i], results[i])
			}
		})
	}
	for i := range bouts {
		next <- i
	}
	close(next)
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("%s: %w", bouts[i], err)
		}
	}
	for _, up := range []bool{true, false} {
		fmt.Print(faultTable(up, all, bouts, results))
	}
	return ctx.Err()
}

func (b bout) String() string {
	return fmt.Sprintf("%s %s, seed %d, %s", b.client.name, way(b.up), b.seed, b.kind())
}

func way(up bool) string { return map[bool]string{true: "up", false: "down"}[up] }

// The seeds go round the servers, first without TLS and then with it.
func (b bout) kind() daemons.Kind { return daemons.Kinds[b.seed%len(daemons.Kinds)] }
func (b bout) tls() bool          { return b.seed/len(daemons.Kinds)%2 == 1 }

// run starts the server and the relay, lets the client work, and looks.
func (b bout) run(ctx context.Context, files int, chance float64) (outcome, error) {
	d, err := daemons.Launch(b.kind(), daemons.Options{})
	if err != nil {
		return outcome{}, err
	}
	defer d.Close()
	o := ftptest.Options{Upstream: d.Addr, Seed: uint64(b.seed), Faults: mishaps(chance)}
	if b.tls() {
		o.TLS = ftptest.ExplicitTLS
	}
	relay, err := ftptest.Start(o)
	if err != nil {
		return outcome{}, err
	}
	defer relay.Close()
	dir, err := os.MkdirTemp("", "longshore-faults-")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(dir)
	j, err := b.lay(d, relay, dir, files)
	if err != nil {
		return outcome{}, err
	}
	r, err := b.client.work(ctx, j, b.limit)
	if err != nil {
		return outcome{}, err
	}
	relay.Close()
	r.struck = relay.Struck()
	return r.compare(j)
}

// job is what a client is told.
type job struct {
	place
	tls, up        bool
	names          []string
	source, target string // on this disk
	want           map[string][32]byte
}

func (b bout) lay(d *daemons.Daemon, relay *ftptest.Server, dir string, files int) (job, error) {
	j := job{tls: b.tls(), up: b.up, place: place{host: relay.Host(), port: relay.Port(), user: d.User, password: d.Password,
		remote: path.Join(d.Dir, dataName), local: filepath.Join(dir, dataName), ca: filepath.Join(dir, "ca.pem"),
		scratch: filepath.Join(dir, "scratch")}}
	j.source, j.target = filepath.Join(d.Root, dataName), j.local
	if b.up {
		j.source, j.target = j.target, j.source
	}
	j.names = shape{files: files, folders: 5}.names()
	if err := os.WriteFile(j.ca, relay.CertPEM(), 0o644); err != nil {
		return j, err
	}
	if err := os.Mkdir(j.scratch, 0o700); err != nil {
		return j, err
	}
	if err := os.MkdirAll(j.target, 0o755); err != nil { // rclone 1.60 does not make it at pyftpdlib
		return j, err
	}
	random := rand.New(rand.NewPCG(uint64(b.seed), 5))
	source := rand.NewChaCha8([32]byte{byte(b.seed)})
	for _, name := range j.names {
		file := filepath.Join(j.source, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return j, err
		}
		if err := writeFile(file, sizeOf(random), make([]byte, 1<<16), source); err != nil {
			return j, err
		}
	}
	if err := d.Share(); err != nil {
		return j, err
	}
	var err error
	j.want, err = digests(j.source)
	return j, err
}

// sizeOf gives sizes around the borders of TLS records and buffers, and
// others up to 1 MiB.
func sizeOf(r *rand.Rand) int64 {
	borders := []int64{0, 1, 100, 16383, 16384, 16385, 65536, 262144, 262145, 1 << 20}
	if r.IntN(2) == 0 {
		return r.Int64N(1 << 20)
	}
	return borders[r.IntN(len(borders))]
}

// work runs the client to its end and reads what it claims.
func (c clumsy) work(ctx context.Context, j job, limit time.Duration) (told, error) {
	cmd, err := c.command(j)
	if err != nil {
		return told{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run := exec.CommandContext(ctx, cmd.args[0], cmd.args[1:]...)
	run.Env = append(os.Environ(), append(cmd.env, "HOME="+j.scratch)...)
	run.WaitDelay = 5 * time.Second
	said, err := newSaid(j.scratch, run, cmd.stdin)
	if err != nil {
		return told{}, err
	}
	began := time.Now()
	failed := run.Run()
	t := told{outcome: outcome{files: len(j.names), wall: time.Since(began), zero: failed == nil}}
	t.done, err = said.done(c, j)
	return t, err
}

// told is an outcome and the files that the client called done.
type told struct {
	outcome
	done map[string]bool
}

// compare counts. A client that ends with status 0 claims all files.
func (t told) compare(j job) (outcome, error) {
	got, err := digests(j.target)
	if err != nil {
		return t.outcome, err
	}
	for _, name := range j.names {
		switch sum, there := got[name]; {
		case there && sum == j.want[name]:
			t.identical++
		case t.zero || t.done[name]:
			t.lied++
			fmt.Fprintf(os.Stderr, "called done, but other: %s, %d bytes of %d\n", name, sizeAt(j.target, name), sizeAt(j.source, name))
		}
	}
	return t.outcome, nil
}

func sizeAt(dir, name string) int64 {
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil {
		return -1
	}
	return info.Size()
}
