package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// highWater is the most memory that a process has held, in bytes.
func highWater(pid int) (n int64) {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if _, rest, ok := strings.Cut(string(data), "VmHWM:"); ok {
		_, _ = fmt.Sscan(rest, &n)
	}
	return n << 10
}

// watched runs the program and gives also its time and the most memory it held.
func (b *bench) watched(args ...string) (o outcome, took time.Duration, most int64) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := b.command(ctx, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			if ctx.Err() != nil {
				b.t.Errorf("%q did not end\n%.2000s", args, errs.String())
			}
			return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}, time.Since(began), most
		case <-tick.C:
			most = max(most, highWater(cmd.Process.Pid))
		}
	}
}

func noise(n int) string {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return string(b)
}

// TestBadServers: whatever a server sends, the program ends in time with a
// sentence, and does not take the machine's memory.
func TestBadServers(t *testing.T) {
	const slow = 300 * time.Millisecond // a byte in each, well within --timeout
	long := "220 " + strings.Repeat("welcome ", 100)
	for name, c := range map[string]struct {
		o      ftptest.Options
		status int // of ls
		words  string
	}{
		"no greeting":           {bad(ftptest.Silence, "GREETING"), exitConnect, "did not welcome us: the server took too long"},
		"greeting byte by byte": {ftptest.Options{Greeting: long, Faults: []ftptest.Fault{{Do: ftptest.Trickle, On: "GREETING", Delay: slow}}}, exitConnect, "took too long"},
		"endless greeting line": {bad(ftptest.EndlessLine, "GREETING"), exitConnect, "more than any answer may have"},
		"endless greeting":      {bad(ftptest.EndlessLines, "GREETING"), exitConnect, "more than any answer may have"},
		"garbage greeting":      {bad(ftptest.Garbage, "GREETING"), exitConnect, "did not welcome us"},
		"hung up":               {bad(ftptest.DropBefore, "GREETING"), exitConnect, "hung up"},
		"no answer to PASS":     {bad(ftptest.Silence, "PASS"), exitConnect, "took too long"},
		"endless FEAT line":     {bad(ftptest.EndlessLine, "FEAT"), exitConnect, "more than any answer may have"},
		"endless FEAT":          {bad(ftptest.EndlessLines, "FEAT"), exitConnect, "more than any answer may have"},
		"no answer to MLSD":     {bad(ftptest.Silence, "MLSD,LIST"), exitSome, "took too long"},
		"endless PASV line":     {bad(ftptest.EndlessLine, "PASV,EPSV"), exitSome, "more than any answer may have"},
		"garbage for PASV":      {bad(ftptest.Garbage, "PASV,EPSV"), exitSome, "no FTP reply"},
		"silent data":           {bad(ftptest.StallData, "MLSD,LIST"), exitSome, "took too long"},
		"endless listing":       {bad(ftptest.EndlessListing, "MLSD,LIST"), exitSome, "listing"},
		"garbage listing":       {raw(noise(4 << 20)), 0, "could not be read"},
		"one line of 64 MiB":    {raw("type=file; " + strings.Repeat("x", 64<<20)), 0, "could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.o)
			write(t, b.remote("d/a"), "x")
			usual := b.usual()
			runs := [][]string{{"ls", b.url("/")}, {"get", "-r", b.url("/"), "down"}}
			for _, args := range runs {
				o, took, most := b.watched(append(args, "--timeout", "1s", "--retries", "1")...)
				if args[0] == "ls" && (o.status != c.status || !strings.Contains(o.err, c.words)) {
					t.Errorf("status %d, want %d and %q:\n%.3000s", o.status, c.status, c.words, o.err)
				}
				if args[0] == "get" && (o.status != exitSome && o.status != exitConnect || !strings.Contains(o.err, "failed") && c.status != exitConnect) {
					t.Errorf("get: status %d:\n%.3000s", o.status, o.err)
				}
				if took > 20*time.Second {
					t.Errorf("%s took %v", args[0], took)
				}
				if more := most - usual; more > 64<<20 {
					t.Errorf("%s took %d MiB more than usual", args[0], more>>20)
				}
			}
		})
	}
}

func bad(do ftptest.Do, on string) ftptest.Options {
	return ftptest.Options{Faults: []ftptest.Fault{{Do: do, On: on}}}
}

func raw(text string) ftptest.Options {
	return ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD,LIST", Text: text}}}
}

// usual is the memory that listing a good server takes.
func (b *bench) usual() int64 {
	b.t.Helper()
	good := newBench(b.t, ftptest.Options{})
	write(b.t, good.remote("a"), "x")
	_, _, most := good.watched("ls", good.url("/"))
	return most
}
