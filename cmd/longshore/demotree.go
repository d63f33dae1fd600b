package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sample is a file of the demo; a name that ends in a slash is a folder.
type sample struct {
	name string
	size int
	when string
}

// The two sides differ in some files, so that comparing shows something.
var localTree = []sample{
	{"assets/logo.svg", 4 << 10, "2026-11-18 09:12"}, {"assets/icons.woff2", 31 << 10, "2026-11-18 09:12"},
	{"css/style.css", 29 << 10, "2026-11-21 16:40"}, {"css/print.css", 3 << 10, "2026-10-02 11:20"},
	{"docs/manual.md", 18 << 10, "2026-10-30 11:05"}, {"docs/changes.md", 7 << 10, "2026-10-30 11:05"},
	{"images/team.jpg", 640 << 10, "2026-11-21 18:22"}, {"images/office.jpg", 810 << 10, "2026-11-20 10:02"},
	{"images/map.png", 220 << 10, "2026-11-14 10:02"}, {"scripts/deploy.sh", 2 << 10, "2026-11-12 08:51"},
	{".htaccess", 412, "2026-09-02 10:00"}, {"about.html", 18739, "2026-11-20 14:31"},
	{"brochure-2026.pdf", 4823450, "2026-11-03 17:15"}, {"contact.php", 9216, "2026-11-19 09:20"},
	{"favicon.ico", 5430, "2025-04-11 12:00"}, {"hero-banner.jpg", 1887437, "2026-11-21 18:20"},
	{"index.html", 24166, "2026-11-22 04:48"}, {"intro-video.mp4", 24 << 20, "2026-11-15 13:37"},
	{"main.js", 61850, "2026-11-21 22:03"}, {"newsletter-subscribers-export-final.csv", 723046, "2026-11-17 10:10"},
	{"package.json", 1843, "2026-11-10 15:55"}, {"README.md", 2970, "2026-11-10 15:40"}, {"robots.txt", 88, "2024-02-01 08:30"},
	{"style.css", 30413, "2026-11-14 10:01"},
}

var serverTree = []sample{
	{"var/www/html/assets/logo.svg", 4 << 10, "2026-11-18 09:15"}, {"var/www/html/css/style.css", 28 << 10, "2026-11-14 10:02"},
	{"var/www/html/images/team.jpg", 600 << 10, "2026-11-14 10:02"}, {"var/www/html/images/map.png", 220 << 10, "2026-11-14 10:02"},
	{"var/www/html/logs/access-2026-11-21.log", 940 << 10, "2026-11-21 23:59"}, {"var/www/html/logs/error.log", 44 << 10, "2026-11-22 00:00"},
	{"var/www/html/uploads/", 0, ""}, {"var/www/html/.htaccess", 412, "2026-09-02 10:00"},
	{"var/www/html/about.html", 18227, "2026-11-14 10:01"}, {"var/www/html/contact.php", 9216, "2026-11-19 09:22"},
	{"var/www/html/error.log", 128307, "2026-11-22 04:51"}, {"var/www/html/favicon.ico", 5430, "2025-04-11 12:00"},
	{"var/www/html/index.html", 23859, "2026-11-14 10:01"}, {"var/www/html/main.js", 60108, "2026-11-14 10:01"},
	{"var/www/html/robots.txt", 88, "2024-02-01 08:30"}, {"var/www/html/sitemap.json", 22732, "2026-11-14 10:03"},
	{"var/www/html/style.css", 28979, "2026-11-14 10:01"}, {"pub/README", 512, "2026-01-05 12:00"},
}

// makeOnce makes a tree where there is none. It is made under another name
// first, so that one which was interrupted is made again.
func makeOnce(dir string, tree []sample) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	begun := dir + ".new"
	if err := os.RemoveAll(begun); err != nil {
		return err
	}
	for _, s := range tree {
		if err := s.make(begun); err != nil {
			return err
		}
	}
	return os.Rename(begun, dir)
}

func (s sample) make(under string) error {
	full := filepath.Join(under, filepath.FromSlash(s.name))
	if strings.HasSuffix(s.name, "/") {
		return os.MkdirAll(full, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(full, s.content(), 0o644); err != nil {
		return err
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", s.when, time.Local)
	if err != nil {
		return err
	}
	return os.Chtimes(full, when, when)
}

// content is text where people expect text, and bytes that do not repeat
// everywhere else. The same name and size always have the same content.
func (s sample) content() []byte {
	name := filepath.Base(s.name)
	if strings.HasSuffix(name, ".html") {
		return fill(fmt.Sprintf("<!doctype html>\n<title>%s</title>\n", name), "<p>The quick brown fox jumps over the lazy dog.</p>\n", s.size)
	}
	switch filepath.Ext(name) {
	case ".css", ".js", ".php", ".md", ".txt", ".log", ".json", ".csv", ".sh", "":
		return fill("", fmt.Sprintf("%s: a line of the demonstration\n", name), s.size)
	}
	seed := sha256.Sum256([]byte(name))
	data := make([]byte, s.size)
	_, _ = rand.NewChaCha8(seed).Read(data) // never fails
	return data
}

func fill(start, line string, size int) []byte {
	data := append([]byte(start), bytes.Repeat([]byte(line), size/len(line)+1)...)
	return data[:size]
}

func sha256Hex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
