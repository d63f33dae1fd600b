package sites

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// crashFile is set in the copy of this test that is killed.
const crashFile = "LONGSHORE_TEST_CRASH"

// TestCrash kills a program that saves one site after the other, at no
// particular moment, and looks for each that Put said was saved.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	acknowledged := 0
	for round := range 10 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestInsideCrash$")
		cmd.Env = append(os.Environ(), crashFile+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines, seen := bufio.NewScanner(out), 0
		for seen < 5+round && lines.Scan() {
			if lines.Text() == "saved" {
				seen++
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			seen += strings.Count(lines.Text(), "saved")
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("it ended by itself")
		}
		acknowledged += seen
		b := mustBook(t, path)
		if n := len(b.Sites()); n < acknowledged || n > acknowledged+1 || b.Notice() != "" {
			t.Fatalf("round %d: %d sites, %d acknowledged, notice %q", round, n, acknowledged, b.Notice())
		}
		acknowledged = len(b.Sites()) // the last may be saved and not acknowledged
	}
	mustPut(t, mustBook(t, path), site("last"))
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*.tmp")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// TestInsideCrash is the half of TestCrash that is killed.
func TestInsideCrash(t *testing.T) {
	path := os.Getenv(crashFile)
	if path == "" {
		return // TestCrash runs it
	}
	b := mustBook(t, path)
	for i := range 10_000 {
		mustPut(t, b, site(fmt.Sprint("site ", i)))
		fmt.Println("saved")
	}
}
