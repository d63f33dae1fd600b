// Command bench measures longshorectl beside other clients: the same work, at
// the same server, one after the other in turns, every result compared byte
// by byte. It prints Markdown tables with the best peer as 1.00.
//
//	bench [--runs N] [--ours bin/longshorectl] [--peers curl,rclone] [NAME...]
//	bench faults [--files N] [--seeds N] [--client NAME]
//	bench go [--count N] [--against COMMIT]
//
// With "faults" nothing is timed: the clients move files through servers that
// fail at random, and what is whole in the end is counted. With "go" the inner
// parts are measured alone, and compared with the run before or with a commit.
//
// Data lie in memory (/dev/shm) where there is such a thing. Works over
// distance need root, for network namespaces. The peers curl, lftp, ncftp and
// rclone are measured where they are installed.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"longshore/transfer/ftptest/daemons"
)

func main() {
	runs := pflag.Int("runs", 3, "runs of each client")
	ours := pflag.String("ours", "bin/longshorectl", "the longshorectl to measure")
	peers := pflag.StringSlice("peers", nil, "only these other clients")
	pflag.CommandLine.SetInterspersed(false)
	pflag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := func() error {
		if args := pflag.Args(); len(args) == 4 && args[0] == "serve" {
			return serve(daemons.Kind(args[1]), args[2] == "true", args[3])
		}
		if args := pflag.Args(); len(args) > 0 && args[0] == "faults" {
			if err := useMemory(); err != nil {
				return err
			}
			return faults(ctx, *ours, args[1:])
		}
		if args := pflag.Args(); len(args) > 0 && args[0] == "go" {
			return goBench(ctx, args[1:])
		}
		return bench(ctx, *ours, *runs, *peers, pflag.Args())
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench does the works that are named, or all, with the peers that are named,
// or all.
func bench(ctx context.Context, ours string, runs int, peers, names []string) error {
	ours, err := filepath.Abs(ours)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.ContainsFunc(works, func(w work) bool { return w.name == name }) {
			return fmt.Errorf("no work %q", name)
		}
	}
	if err := useMemory(); err != nil {
		return err
	}
	for _, w := range works {
		if len(names) > 0 && !slices.Contains(names, w.name) {
			continue
		}
		if len(peers) > 0 {
			w.peers = peers
		}
		all, err := w.measure(ctx, ours, runs)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		fmt.Print(table(w.title, all))
	}
	return nil
}

// useMemory puts temporary files into memory where there is a folder for that.
func useMemory() error {
	if info, err := os.Stat("/dev/shm"); err != nil || !info.IsDir() {
		return nil
	}
	return os.Setenv("TMPDIR", "/dev/shm")
}

// slow is the time of a run after which a client is not asked again.
const slow = time.Minute

// measure lets each client do the work in turns.
func (w work) measure(ctx context.Context, ours string, runs int) ([]series, error) {
	if w.wan != nil {
		if err := w.wan.open(); err != nil {
			return nil, err
		}
		defer w.wan.close()
	}
	s, err := startServer(w)
	if err != nil {
		return nil, err
	}
	defer s.close()
	dir, err := os.MkdirTemp("", "longshore-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b, err := w.lay(s, dir, ours)
	if err != nil {
		return nil, err
	}
	all := []series{{client: us}}
	for _, peer := range w.peers {
		if _, err := exec.LookPath(peer + map[string]string{"ncftp": "put"}[peer]); err == nil {
			all = append(all, series{client: peer})
		}
	}
	for range runs {
		for i := range all {
			if all[i].failed != nil || len(all[i].runs) > 0 && all[i].runs[0].wall > slow {
				continue
			}
			r, err := b.once(ctx, all[i].client)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				all[i].failed = err
				continue
			}
			all[i].runs = append(all[i].runs, r)
		}
	}
	return all, nil
}
