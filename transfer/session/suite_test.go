package session

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer/listing"
)

// fixture is a server to test against. dir is a writable folder on it, empty at
// the start.
type fixture struct {
	target Target
	env    *Env
	dir    string
	traits traits
}

// traits are where servers rightly differ.
type traits struct {
	hides     bool // dot files, in LIST
	noResume  bool // of uploads
	noREST    bool // resume of downloads
	renames   bool // changes odd names at STOR (Pure-FTPd)
	noDigest  bool
	noSetTime bool
	noChmod   bool
}

func ctxFor(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func openFixture(t testing.TB, f fixture) *Session {
	t.Helper()
	s, err := Open(ctxFor(t), f.target, f.env)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// content makes n bytes that differ from place to place.
func content(n int, seed uint64) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	r.Read(b)
	return b
}

func put(t testing.TB, s *Session, path string, data []byte) {
	t.Helper()
	n, err := s.Store(ctxFor(t), path, 0, bytes.NewReader(data), Tap{})
	if err != nil || n != int64(len(data)) {
		t.Fatalf("store %q: %d of %d bytes, %v", path, n, len(data), err)
	}
}

func get(t testing.TB, s *Session, path string, offset int64) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := s.Retrieve(ctxFor(t), path, offset, &b, Tap{})
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("retrieve %q: %d bytes, %v", path, n, err)
	}
	return b.Bytes()
}

func same(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if sha256.Sum256(got) != sha256.Sum256(want) {
		t.Fatalf("%s: %d bytes came back of %d, or others", what, len(got), len(want))
	}
}

func rowsOf(t testing.TB, s *Session, dir string) map[string]listing.Entry {
	t.Helper()
	rows := map[string]listing.Entry{}
	_, err := s.List(ctxFor(t), dir, func(batch []listing.Entry) {
		for _, e := range batch {
			rows[e.Raw] = e
		}
	})
	if err != nil {
		t.Fatalf("list %q: %v", dir, err)
	}
	return rows
}

func kindIs(t testing.TB, err error, want Kind) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	if e.Kind != want {
		t.Fatalf("kind %v instead of %v: %v", e.Kind, want, err)
	}
	return e
}

// sessionSuite is what every server must do. open gives a fresh folder on it.
func sessionSuite(t *testing.T, open func(t *testing.T) fixture) {
	dataSuite(t, open)
	t.Run("eight MiB again and again", func(t *testing.T) {
		f := open(t)
		s := openFixture(t, f)
		data := content(8<<20, 99)
		for i := range 5 {
			name := fmt.Sprintf("%s/big%d", f.dir, i)
			put(t, s, name, data)
			if n, err := s.Size(ctxFor(t), name); err != nil || n != int64(len(data)) {
				t.Fatalf("upload %d: size %d, %v", i, n, err)
			}
		}
		same(t, "the last one", get(t, s, f.dir+"/big4", 0), data)
	})
	t.Run("folders", func(t *testing.T) { suiteFolders(t, open(t)) })
	t.Run("small files", func(t *testing.T) { suiteSmall(t, open(t)) })
	t.Run("stat", func(t *testing.T) { suiteStat(t, open(t)) })
	t.Run("times", func(t *testing.T) { suiteTimes(t, open(t)) })
	t.Run("chmod", func(t *testing.T) { suiteChmod(t, open(t)) })
	t.Run("digest", func(t *testing.T) { suiteDigest(t, open(t)) })
	t.Run("raw", func(t *testing.T) { suiteRaw(t, open(t)) })
}

// dataSuite is the part of it that is about data connections.
func dataSuite(t *testing.T, open func(t *testing.T) fixture) {
	t.Run("up and down", func(t *testing.T) {
		f := open(t)
		s := openFixture(t, f)
		for i, size := range []int{0, 1, 1000, 65536, 3<<20 + 7} {
			name := fmt.Sprintf("%s/file %d", f.dir, size)
			data := content(size, uint64(i))
			put(t, s, name, data)
			if n, err := s.Size(ctxFor(t), name); err != nil || n != int64(size) {
				t.Fatalf("size of %q: %d, %v", name, n, err)
			}
			same(t, name, get(t, s, name, 0), data)
		}
	})
	t.Run("list", func(t *testing.T) { suiteList(t, open(t)) })
	t.Run("rename and delete", func(t *testing.T) { suiteRename(t, open(t)) })
	t.Run("resume", func(t *testing.T) { suiteResume(t, open(t)) })
	t.Run("small files", func(t *testing.T) { suiteSmall(t, open(t)) })
	t.Run("refusals leave the session usable", func(t *testing.T) { suiteRefusals(t, open(t)) })
	t.Run("cancel", func(t *testing.T) { suiteCancel(t, open(t)) })
}

// suiteSmall fetches small files of two folders in turns, so that commands are
// sent ahead where that is borne, with and without their times.
func suiteSmall(t *testing.T, f fixture) {
	s := openFixture(t, f)
	want := map[string]time.Time{}
	name := func(i int) string { return fmt.Sprintf(f.dir+"/%s/%s %d", "ab"[i%2:i%2+1], "small", i) }
	plain := func(i int) string { return strings.ReplaceAll(name(i), " ", "-") }
	for _, dir := range []string{"/a", "/b"} {
		if err := s.MakeDir(ctxFor(t), f.dir+dir); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		for _, p := range []string{name(i), plain(i)} {
			put(t, s, p, content(4096+i, uint64(i)))
			e, err := s.Stat(ctxFor(t), p)
			if err != nil {
				t.Fatal(err)
			}
			want[p] = e.Time
		}
	}
	for round := range 4 {
		for i := range 6 {
			p := plain(i)
			if round > 2 {
				p = name(i)
			}
			suiteSmallOne(t, s, p, content(4096+i, uint64(i)), round > 0, want[p])
		}
		if _, _, err := s.RetrieveSmall(ctxFor(t), f.dir+"/a/missing", io.Discard, Tap{}, true); err == nil || s.Dead() {
			t.Errorf("a missing file: %v", err)
		}
	}
	same(t, "after all", get(t, s, name(0), 0), content(4096, 0))
}

func suiteSmallOne(t *testing.T, s *Session, p string, data []byte, dated bool, want time.Time) {
	t.Helper()
	var b bytes.Buffer
	n, at, err := s.RetrieveSmall(ctxFor(t), p, &b, Tap{}, dated)
	if err != nil || n != int64(len(data)) {
		t.Fatalf("%d bytes, %v", n, err)
	}
	same(t, p, b.Bytes(), data)
	if _, known := s.ctl.Feature("MDTM"); dated && known && !at.Equal(want) {
		t.Errorf("%q is of %v, not %v", p, at, want)
	}
}

func TestPlainPath(t *testing.T) {
	for p, want := range map[string]bool{
		"/a/b.txt": true, "/A-1/_b": true, "/.a": true, "/": false, "/a/": false, "/-a": false, "/a/-b": false,
		"/a b": false, "/~a": false, "/a[1]": false, "/ä": false, "/a*": false, "/a\\b": false, "/a/\xff": false,
	} {
		if plainPath(p) != want {
			t.Errorf("%q", p)
		}
	}
}

func suiteList(t *testing.T, f fixture) {
	s := openFixture(t, f)
	if rows := rowsOf(t, s, f.dir); len(rows) != 0 {
		t.Fatalf("an empty folder has %d rows", len(rows))
	}
	names := []string{"plain", "with blank", "quote\"d", "[brackets]", ".hidden", "-dash", "ümläut", "100%", "a;b=c"}
	for i, n := range names {
		put(t, s, f.dir+"/"+n, content(i+1, 1))
	}
	if err := s.MakeDir(ctxFor(t), f.dir+"/sub"); err != nil {
		t.Fatal(err)
	}
	rows, hidden := rowsOf(t, s, f.dir), 0
	for i, n := range names {
		e, ok := rows[n]
		if !ok && f.traits.hides && n[0] == '.' {
			hidden++
			continue
		}
		if !ok || e.Type != listing.File || e.Size != int64(i+1) {
			t.Errorf("%q is listed as %+v", n, e)
		}
		same(t, n, get(t, s, f.dir+"/"+n, 0), content(i+1, 1))
	}
	if e := rows["sub"]; e.Type != listing.Dir {
		t.Errorf("the folder is listed as %+v", e)
	}
	if want := len(names) + 1 - hidden; len(rows) != want {
		t.Errorf("%d rows instead of %d", len(rows), want)
	}
	if rows := rowsOf(t, s, f.dir+"/sub"); len(rows) != 0 {
		t.Errorf("the folder below has rows: %v", rows)
	}
}

func suiteFolders(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	deep := f.dir + "/a b/c/d"
	for range 2 {
		if err := s.MakeDirAll(ctx, deep); err != nil {
			t.Fatal(err)
		}
	}
	if rows := rowsOf(t, s, f.dir+"/a b"); rows["c"].Type != listing.Dir {
		t.Fatalf("rows: %v", rows)
	}
	if err := s.MakeDir(ctx, deep); err == nil {
		t.Error("a folder was made twice")
	}
	if err := s.RemoveDir(ctx, f.dir+"/a b"); err == nil {
		t.Error("a folder that is not empty was removed")
	}
	for _, p := range []string{deep, f.dir + "/a b/c", f.dir + "/a b"} {
		if err := s.RemoveDir(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	if rows := rowsOf(t, s, f.dir); len(rows) != 0 {
		t.Errorf("left: %v", rows)
	}
}

func suiteRename(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	data := content(100, 3)
	put(t, s, f.dir+"/one", data)
	if err := s.MakeDir(ctx, f.dir+"/sub"); err != nil {
		t.Fatal(err)
	}
	if err := s.Rename(ctx, f.dir+"/one", f.dir+"/sub/two words"); err != nil {
		t.Fatal(err)
	}
	same(t, "renamed", get(t, s, f.dir+"/sub/two words", 0), data)
	if err := s.Rename(ctx, f.dir+"/sub", f.dir+"/other"); err != nil {
		t.Fatal(err)
	}
	same(t, "in the renamed folder", get(t, s, f.dir+"/other/two words", 0), data)
	if err := s.Delete(ctx, f.dir+"/other/two words"); err != nil {
		t.Fatal(err)
	}
	if rows := rowsOf(t, s, f.dir+"/other"); len(rows) != 0 {
		t.Errorf("left: %v", rows)
	}
}

func suiteResume(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	data := content(300_000, 5)
	name := f.dir + "/resumed"
	put(t, s, name, data[:100_000])
	if f.traits.noResume {
		_, err := s.Store(ctx, name, 100_000, bytes.NewReader(data[100_000:]), Tap{})
		kindIs(t, err, Unavailable)
		return
	}
	if n, err := s.Store(ctx, name, 100_000, bytes.NewReader(data[100_000:]), Tap{}); err != nil || n != 200_000 {
		t.Fatalf("resumed upload: %d, %v", n, err)
	}
	same(t, "resumed upload", get(t, s, name, 0), data)
	if !f.traits.noREST {
		same(t, "resumed download", get(t, s, name, 250_000), data[250_000:])
	}
	_, err := s.Store(ctx, name, 1000, bytes.NewReader(data), Tap{})
	if !errors.Is(err, ErrOffset) || s.Dead() {
		t.Fatalf("a wrong offset: %v, dead %v", err, s.Dead())
	}
	same(t, "after the wrong offset", get(t, s, name, 0), data)
}

func suiteRefusals(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	refusals := map[string]func() error{
		"list":     func() error { _, err := s.List(ctx, f.dir+"/none", func([]listing.Entry) {}); return err },
		"retrieve": func() error { _, err := s.Retrieve(ctx, f.dir+"/none", 0, io.Discard, Tap{}); return err },
		"store":    func() error { _, err := s.Store(ctx, f.dir+"/none/x", 0, bytes.NewReader(nil), Tap{}); return err },
		"size":     func() error { _, err := s.Size(ctx, f.dir+"/none"); return err },
		"delete":   func() error { return s.Delete(ctx, f.dir+"/none") },
		"rmdir":    func() error { return s.RemoveDir(ctx, f.dir+"/none") },
		"rename":   func() error { return s.Rename(ctx, f.dir+"/none", f.dir+"/other") },
	}
	for name, f := range refusals {
		err := f()
		var e *Error
		if !errors.As(err, &e) || e.Code < 400 || e.Dead || e.Maybe || e.Text == "" {
			t.Errorf("%s: %#v", name, err)
			continue
		}
		if !slices.Contains([]Kind{NotFound, Denied}, e.Kind) {
			t.Errorf("%s: kind %v: %v", name, e.Kind, e)
		}
	}
	for _, p := range []string{f.dir + "/new\nline", f.dir + "/nul\x00", f.dir + "/esc\x1b", "relative"} {
		if _, err := s.Size(ctx, p); KindOf(err) != Local {
			t.Errorf("%q: %v", p, err)
		}
	}
	if s.Dead() {
		t.Fatal("the session died of refusals")
	}
	put(t, s, f.dir+"/after", []byte("fine"))
	same(t, "after", get(t, s, f.dir+"/after", 0), []byte("fine"))
}

// endless reads until the test ends it.
type endless struct {
	n     int
	after int
	hit   func()
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n += len(p); e.n > e.after {
		e.hit()
	}
	return len(p), nil
}

func (e *endless) Write(p []byte) (int, error) { return e.Read(p) }

func suiteCancel(t *testing.T, f fixture) {
	for _, dir := range []string{"store", "retrieve"} {
		t.Run(dir, func(t *testing.T) {
			s := openFixture(t, f)
			if dir == "retrieve" {
				put(t, s, f.dir+"/large", content(16<<20, 8))
			}
			ctx, cancel := context.WithCancel(ctxFor(t))
			var at time.Time
			e := &endless{after: 1 << 20, hit: func() {
				if at.IsZero() {
					at = time.Now()
					cancel()
				}
			}}
			var err error
			if dir == "store" {
				_, err = s.Store(ctx, f.dir+"/cut", 0, e, Tap{})
			} else {
				_, err = s.Retrieve(ctx, f.dir+"/large", 0, e, Tap{})
			}
			if took := time.Since(at); took > time.Second {
				t.Errorf("the cancel took %v", took)
			}
			kindIs(t, err, Cancelled)
			if s.Dead() {
				return
			}
			put(t, s, f.dir+"/after "+dir, []byte("fine"))
			same(t, "after", get(t, s, f.dir+"/after "+dir, 0), []byte("fine"))
		})
	}
}

func suiteStat(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	put(t, s, f.dir+"/a file", content(1234, 1))
	if err := s.MakeDir(ctx, f.dir+"/a dir"); err != nil {
		t.Fatal(err)
	}
	e, err := s.Stat(ctx, f.dir+"/a file")
	if err != nil || e.Type != listing.File || e.Size != 1234 || e.Raw != "a file" {
		t.Errorf("file: %+v, %v", e, err)
	}
	if age := time.Since(e.Time); age < -25*time.Hour || age > 25*time.Hour {
		t.Errorf("the new file is of %v", e.Time)
	}
	if e, err := s.Stat(ctx, f.dir+"/a dir"); err != nil || e.Type != listing.Dir || e.Raw != "a dir" {
		t.Errorf("folder: %+v, %v", e, err)
	}
	if e, err := s.Stat(ctx, "/"); err != nil || e.Type != listing.Dir {
		t.Errorf("root: %+v, %v", e, err)
	}
	_, err = s.Stat(ctx, f.dir+"/none")
	if KindOf(err) != NotFound && KindOf(err) != Denied {
		t.Errorf("nothing: %v", err)
	}
	if s.Dead() {
		t.Error("the session is dead")
	}
}

func suiteTimes(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	name := f.dir + "/dated"
	put(t, s, name, []byte("x"))
	want := time.Date(2019, 5, 6, 7, 8, 9, 0, time.UTC)
	err := s.SetTime(ctx, name, want)
	if f.traits.noSetTime {
		kindIs(t, err, Unavailable)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if e, err := s.Stat(ctx, name); err != nil || !e.Time.Equal(want) {
		t.Errorf("time %v, %v", e.Time, err)
	}
	if e := rowsOf(t, s, f.dir)["dated"]; e.Exact && !e.Time.Equal(want) {
		t.Errorf("listed with %v", e.Time)
	}
}

func suiteChmod(t *testing.T, f fixture) {
	s := openFixture(t, f)
	name := f.dir + "/locked"
	put(t, s, name, []byte("x"))
	err := s.Chmod(ctxFor(t), name, 0o640)
	if f.traits.noChmod {
		if k := KindOf(err); k != Unavailable && k != Denied {
			t.Errorf("chmod: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if e := rowsOf(t, s, f.dir)["locked"]; e.HasMode && e.Mode.Perm() != 0o640 {
		t.Errorf("mode %v", e.Mode)
	}
}

func suiteDigest(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	name, data := f.dir+"/to be summed", content(50_000, 4)
	put(t, s, name, data)
	if f.traits.noDigest != (len(s.Digests()) == 0) {
		t.Fatalf("digests: %v", s.Digests())
	}
	for _, algo := range s.Digests() {
		sum := func(b []byte) string {
			switch algo {
			case "SHA-512":
				return fmt.Sprintf("%x", sha512.Sum512(b))
			case "SHA-256":
				return fmt.Sprintf("%x", sha256.Sum256(b))
			case "SHA-1":
				return fmt.Sprintf("%x", sha1.Sum(b))
			case "MD5":
				return fmt.Sprintf("%x", md5.Sum(b))
			}
			return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b))
		}
		if got, err := s.Digest(ctx, name, algo, 0, 0); err != nil || got != sum(data) {
			t.Errorf("%s: %q, %v", algo, got, err)
		}
		if got, err := s.Digest(ctx, name, algo, 100, 2000); KindOf(err) != Unavailable && got != sum(data[100:2000]) {
			t.Errorf("%s of a part: %q, %v", algo, got, err)
		}
	}
	if _, err := s.Digest(ctx, name, "ROT13", 0, 0); KindOf(err) != Unavailable {
		t.Errorf("an unknown algorithm: %v", err)
	}
	same(t, "after digests", get(t, s, name, 0), data)
}

func suiteRaw(t *testing.T, f fixture) {
	s := openFixture(t, f)
	ctx := ctxFor(t)
	if code, text, err := s.Raw(ctx, "SYST"); err != nil || code != 215 || text == "" {
		t.Errorf("SYST: %d %q, %v", code, text, err)
	}
	if code, _, err := s.Raw(ctx, "NOSUCH"); err != nil || code/100 != 5 {
		t.Errorf("an unknown command: %d, %v", code, err)
	}
	if _, _, err := s.Raw(ctx, "PASV"); KindOf(err) != Unavailable {
		t.Errorf("PASV: %v", err)
	}
	if _, _, err := s.Raw(ctx, "NOOP\r\nDELE x"); KindOf(err) != Local {
		t.Errorf("two commands: %v", err)
	}
	put(t, s, f.dir+"/after", []byte("fine"))
	if err := s.Noop(ctx); err != nil {
		t.Error(err)
	}
}
