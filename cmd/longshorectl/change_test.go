package main

import (
	"os"
	"testing"

	"longshore/transfer/ftptest"
)

func TestMakeDir(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	b.ok("mkdir", b.url("/a%20b"), b.url("/%C3%BC"))
	b.ok("mkdir", "-p", b.url("/x/y/z"))
	b.ok("mkdir", "-p", b.url("/x/y/z"))
	for _, name := range []string{"a b", "ü", "x/y/z"} {
		if info, err := os.Stat(b.remote(name)); err != nil || !info.IsDir() {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.want(exitSome, []string{"/x"}, "mkdir", b.url("/x"))
	b.want(exitSome, []string{"/no/such"}, "mkdir", b.url("/no/such"), b.url("/fine"))
	if _, err := os.Stat(b.remote("fine")); err != nil {
		t.Error("what came after a failure was not done")
	}
	o := b.ok("mkdir", "--json", b.url("/j"))
	if e := events(t, o.out, "done"); len(e) != 1 || e[0]["command"] != "mkdir" || e[0]["url"] != b.url("/j") {
		t.Errorf("%s", o.out)
	}
}

func TestMove(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	read := func(name string) string { data, _ := os.ReadFile(b.remote(name)); return string(data) }
	write(t, b.remote("a"), "A")
	write(t, b.remote("b"), "B")
	write(t, b.remote("d/inner"), "I")
	b.ok("mv", b.url("/a"), b.url("/c%20%C3%BC"))
	if read("c ü") != "A" {
		t.Error("not renamed")
	}
	b.ok("mv", b.url("/c%20%C3%BC"), b.url("/d"))
	if read("d/c ü") != "A" {
		t.Error("not moved into the folder")
	}
	b.want(exitSome, []string{"there already"}, "mv", b.url("/d/c%20%C3%BC"), b.url("/b"))
	if read("b") != "B" {
		t.Error("overwritten without being asked")
	}
	b.ok("mv", "--exists", "skip", b.url("/d/c%20%C3%BC"), b.url("/b"))
	b.ok("mv", "--exists", "overwrite", b.url("/d/c%20%C3%BC"), b.url("/b"))
	if read("b") != "A" {
		t.Error("not overwritten")
	}
	b.ok("mv", b.url("/d"), b.url("/e"))
	if read("e/inner") != "I" {
		t.Error("the folder was not renamed")
	}
	b.want(exitSome, []string{"no such folder"}, "mv", b.url("/b"), b.url("/nowhere/"))
	b.want(exitSome, []string{"/gone"}, "mv", b.url("/gone"), b.url("/x"))
}

func TestRemove(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	fill(t, b.remote("tree"))
	write(t, b.remote("outside/keep"), "x")
	write(t, b.remote("one"), "x")
	if err := os.Symlink("../outside", b.remote("tree/link")); err != nil {
		t.Fatal(err)
	}
	b.want(exitSome, []string{"use -r"}, "rm", b.url("/tree"))
	b.ok("rm", b.url("/one"))
	b.ok("rm", "-r", b.url("/tree"))
	got := sums(t, b.server.Root())
	if _, ok := got["outside/keep"]; !ok || len(got) != 1 {
		t.Errorf("%v", got)
	}
	if _, err := os.Lstat(b.remote("tree")); err == nil {
		t.Error("the folder is still there")
	}
	b.want(exitSome, []string{"/gone"}, "rm", b.url("/gone"))
}

func TestChmod(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.remote("a"), "x")
	for _, mode := range []string{"600", "0755"} {
		b.ok("chmod", mode, b.url("/a"))
	}
	if info, err := os.Stat(b.remote("a")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	b.want(exitSome, []string{"/gone"}, "chmod", "600", b.url("/gone"))
}

func TestCheck(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	b.want(0, []string{"green", "Login", "Listing"}, "check", b.url("/"))
	b.want(0, []string{"green", "Upload", "Delete"}, "check", "--write", b.url("/"))
	if got := sums(t, b.server.Root()); len(got) != 0 {
		t.Errorf("the check left %v", got)
	}
	o := b.ok("check", "--json", b.url("/"))
	report := objects(t, o.out)
	if len(report) != 1 || report[0]["steps"] == nil || report[0]["grade"] == "red" {
		t.Errorf("%s", o.out)
	}
	b.server.Inject(ftptest.Fault{Do: ftptest.DeadPort, On: "EPSV,PASV"})
	b.want(exitSome, []string{"red", "what may help", "active mode", "what was learned", "it has TLS"}, "check", b.url("/"))
	b.want(exitConnect, []string{"red"}, "check", "ftp://127.0.0.1:1/")
}
