package main

import (
	"strings"
	"testing"

	"longshore/transfer/ftptest"
)

// Before anything is moved the program looks at the place. What goes wrong
// there and may pass is waited for as it is later.
func TestLooksAgain(t *testing.T) {
	for name, fault := range map[string]ftptest.Fault{
		"full":      {Do: ftptest.Say, On: "GREETING", Text: "421 Too many connections.", Times: 1},
		"full PASS": {Do: ftptest.Say, On: "PASS", Text: "530 Sorry, the maximum number of clients (1) are already connected.", Times: 1},
		"hung up":   {Do: ftptest.DropBefore, On: "SIZE,MLST,MLSD,CWD", Times: 1},
		"stale":     {Do: ftptest.Say, On: "SIZE,MLST,MLSD,CWD", Text: "421 Timeout.", Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{fault}})
			fill(t, b.local("tree"))
			b.ok("put", "-r", "tree", b.url("/up"))
			equalTrees(t, b.remote("up/tree"), b.local("tree"))
			if b.server.Struck() != 1 {
				t.Errorf("it went wrong %d times", b.server.Struck())
			}
			b.server.Heal()
			b.server.Inject(fault)
			b.ok("get", "-r", b.url("/up/tree"), "down")
			equalTrees(t, b.local("down/tree"), b.local("tree"))
		})
	}
}

// A server that stays full is given up, and says so.
func TestLooksAgainNotForEver(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "GREETING", Text: "421 Too many connections."}}})
	o := b.want(exitConnect, []string{"421 Too many connections", "trying again in 1s"}, "get", "--retries", "2", b.url("/a"), "a")
	if n := strings.Count(o.err, "trying again"); n != 2 {
		t.Errorf("tried again %d times\n%s", n, o.err)
	}
}
