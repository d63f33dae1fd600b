package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/spf13/pflag"
)

// innerParts are the Go benchmarks of what is inside: parsers, table, Delta,
// journal, copy loops. Each package is named with a pattern of its own.
var innerParts = [][2]string{
	{"./transfer/listing", "."},
	{"./cmd/longshorectl", "Table"},
	{"./transfer", "Since|Journal"},
	{"./transfer/session", "BigFile"},
}

// goBench runs the inner parts here and compares them by benchstat with the
// run before, or with a commit, which is measured in a work tree of its own.
// What was measured is the next run's comparison.
func goBench(ctx context.Context, args []string) error {
	flags := pflag.NewFlagSet("bench go", pflag.ContinueOnError)
	against := flags.String("against", "", "`COMMIT` to compare with, instead of the run before")
	count := flags.Int("count", 6, "runs of each")
	if err := flags.Parse(args); err != nil {
		return err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	dir := filepath.Join(cache, "longshore-bench")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	last, now := filepath.Join(dir, "before.txt"), filepath.Join(dir, "now.txt")
	if *against != "" {
		if err := inCommit(ctx, *against, func(tree string) error { return runParts(ctx, tree, *count, last) }); err != nil {
			return fmt.Errorf("measure %s: %w", *against, err)
		}
	} else if err := os.Rename(now, last); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := runParts(ctx, ".", *count, now); err != nil {
		return err
	}
	files := []string{"before=" + last, "now=" + now}
	if _, err := os.Stat(last); err != nil {
		files = files[1:]
	}
	return tool(ctx, ".", os.Stdout, "go", append([]string{"tool", "benchstat"}, files...)...)
}

// runParts writes the results of all inner parts of a tree to a file. A part
// that an older commit has not is no error there.
func runParts(ctx context.Context, tree string, count int, file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	for _, part := range innerParts {
		err := tool(ctx, tree, out, "go", "test", "-run", "^$", "-bench", part[1], "-benchmem", "-count", strconv.Itoa(count), part[0])
		if err != nil {
			return fmt.Errorf("%s: %w; its output is in %q", part[0], err, file)
		}
	}
	return out.Close()
}

// inCommit runs f with a work tree of a commit.
func inCommit(ctx context.Context, commit string, f func(tree string) error) error {
	tree, err := os.MkdirTemp("", "longshore-bench-tree-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tree)
	if err := tool(ctx, ".", io.Discard, "git", "worktree", "add", "--detach", tree, commit); err != nil {
		return err
	}
	defer func() {
		_ = tool(context.WithoutCancel(ctx), ".", io.Discard, "git", "worktree", "remove", "--force", tree)
	}()
	return f(tree)
}

func tool(ctx context.Context, dir string, out io.Writer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd.Run()
}
