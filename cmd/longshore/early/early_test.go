package early_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	_ "fyne.io/fyne/v2/test"

	_ "longshore/cmd/longshore/early"
)

// TestBeforeFyne runs this very program again with Go's trace of
// initialisation and compares the places of the two packages.
func TestBeforeFyne(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	trace := string(out)
	ours := strings.Index(trace, "init longshore/cmd/longshore/early ")
	fynes := strings.Index(trace, "init fyne.io/fyne/v2/internal/cache ")
	if ours < 0 || fynes < 0 || ours > fynes {
		t.Errorf("this package is initialised at %d of the trace, Fyne's cache at %d; wanted before:\n%s", ours, fynes, trace)
	}
}
