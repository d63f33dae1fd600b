package main

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"longshore/transfer/ftptest/daemons"
)

// work is one thing that every client is asked to do.
type work struct {
	name     string
	title    string
	server   daemons.Kind
	tls      bool
	up       bool
	shape    shape
	sessions int      // 0: each client's best setting
	peers    []string // clients that can do it; longshorectl always
	wan      *link    // nil: loopback
}

// shape is what is moved.
type shape struct {
	files, folders int
	size           int64 // of each file
	one            bool  // a single file, not a folder
	list           bool  // only listed
	tree           bool  // a tree of folders, listed with all below it
}

var small = shape{files: 10000, folders: 10, size: 4 << 10}
var fewSmall = shape{files: 500, folders: 5, size: 4 << 10}
var twoGiB = shape{files: 1, size: 2 << 30, one: true}

// tenThousandFolders has a hundred folders of a hundred, a file in each.
var tenThousandFolders = shape{files: 10000, list: true, tree: true}

// works are all the measurements, by the names that BENCH takes.
var works = []work{
	{name: "small-down", title: "10,000 x 4 KiB down, 8 sessions", server: daemons.PureFTPd, shape: small, sessions: 8, peers: []string{"curl", "lftp", "rclone"}},
	{name: "small-up", title: "10,000 x 4 KiB up, 8 sessions", server: daemons.PureFTPd, shape: small, sessions: 8, up: true, peers: []string{"lftp", "ncftp", "rclone"}},
	{name: "small-tls-down", title: "500 x 4 KiB down over TLS 1.3, 8 sessions", server: daemons.PureFTPd, tls: true, shape: fewSmall, sessions: 8, peers: []string{"curl", "lftp", "rclone"}},
	{name: "small-tls-up", title: "500 x 4 KiB up over TLS 1.3, 8 sessions", server: daemons.PureFTPd, tls: true, shape: fewSmall, sessions: 8, up: true, peers: []string{"lftp", "rclone"}},
	{name: "large-down", title: "2 GiB down", server: daemons.PureFTPd, shape: twoGiB, sessions: 1, peers: []string{"curl", "lftp", "rclone"}},
	{name: "large-tls-down", title: "2 GiB down over TLS 1.3", server: daemons.PureFTPd, tls: true, shape: twoGiB, sessions: 1, peers: []string{"curl", "lftp", "rclone"}},
	{name: "large-up", title: "2 GiB up", server: daemons.PureFTPd, shape: twoGiB, sessions: 1, up: true, peers: []string{"curl", "lftp", "ncftp"}},
	{name: "large-tls-up", title: "2 GiB up over TLS 1.3", server: daemons.PureFTPd, tls: true, shape: twoGiB, sessions: 1, up: true, peers: []string{"curl", "lftp"}},
	{name: "list", title: "one folder of 100,000 names listed", server: daemons.VSFTPD, shape: shape{files: 100000, list: true}, sessions: 1, peers: []string{"curl", "lftp"}},
	{name: "tree", title: "tree of 10,000 folders listed, 8 sessions, Pure-FTPd", server: daemons.PureFTPd, shape: tenThousandFolders, sessions: 8, peers: []string{"lftp", "rclone"}},
	{name: "tree-vsftpd", title: "tree of 10,000 folders listed, 8 sessions, vsftpd", server: daemons.VSFTPD, shape: tenThousandFolders, sessions: 8, peers: []string{"lftp", "rclone"}},
	{name: "tree-proftpd", title: "tree of 10,000 folders listed, 8 sessions, ProFTPD", server: daemons.ProFTPD, shape: tenThousandFolders, sessions: 8, peers: []string{"rclone"}},
	{name: "wan-pure", title: "500 x 4 KiB down, RTT 20 ms, 8 sessions, Pure-FTPd", server: daemons.PureFTPd, shape: fewSmall, sessions: 8, peers: []string{"curl", "lftp", "rclone"}, wan: &link{rtt: 20 * time.Millisecond}},
	{name: "wan-vsftpd", title: "500 x 4 KiB down, RTT 20 ms, 8 sessions, vsftpd", server: daemons.VSFTPD, shape: fewSmall, sessions: 8, peers: []string{"curl", "lftp", "rclone"}, wan: &link{rtt: 20 * time.Millisecond}},
	{name: "wan-proftpd", title: "500 x 4 KiB down, RTT 20 ms, 8 sessions, ProFTPD", server: daemons.ProFTPD, shape: fewSmall, sessions: 8, peers: []string{"curl", "lftp", "rclone"}, wan: &link{rtt: 20 * time.Millisecond}},
	{name: "wan-tls", title: "500 x 4 KiB down over TLS 1.3, RTT 20 ms, 8 sessions, Pure-FTPd", server: daemons.PureFTPd, tls: true, shape: fewSmall, sessions: 8, peers: []string{"curl", "lftp", "rclone"}, wan: &link{rtt: 20 * time.Millisecond}},
	{name: "wan-best-pure", title: "500 x 4 KiB down, RTT 20 ms, each client's best setting, Pure-FTPd", server: daemons.PureFTPd, shape: fewSmall, peers: []string{"curl", "lftp", "rclone"}, wan: &link{rtt: 20 * time.Millisecond}},
	{name: "wan-best-vsftpd", title: "500 x 4 KiB down, RTT 20 ms, each client's best setting, vsftpd", server: daemons.VSFTPD, shape: fewSmall, peers: []string{"curl", "lftp", "rclone"}, wan: &link{rtt: 20 * time.Millisecond}},
	{name: "wan-best-proftpd", title: "500 x 4 KiB down, RTT 20 ms, each client's best setting, ProFTPD", server: daemons.ProFTPD, shape: fewSmall, peers: []string{"curl", "lftp", "rclone"}, wan: &link{rtt: 20 * time.Millisecond}},
	{name: "wan-large", title: "200 MiB down, RTT 100 ms, 0.1 % loss, 400 Mbit/s", server: daemons.PureFTPd, shape: shape{files: 1, size: 200 << 20, one: true}, sessions: 4, peers: []string{"lftp"}, wan: &link{rtt: 100 * time.Millisecond, loss: 0.1, mbit: 400}},
}

// make writes the files of a shape into dir, readable and writable by the
// server, which may run as somebody else.
func (s shape) make(dir string) error {
	source := rand.NewChaCha8([32]byte{'l', 'o', 'n', 'g'})
	block := make([]byte, min(s.size, 1<<20))
	for i := range s.files {
		file := filepath.Join(dir, filepath.FromSlash(s.name(i)))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := writeFile(file, s.size, block, source); err != nil {
			return err
		}
	}
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(p, 0o777)
		}
		return err
	})
}

func writeFile(path string, size int64, block []byte, source *rand.ChaCha8) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for size > 0 {
		n := min(size, int64(len(block)))
		_, _ = source.Read(block[:n])
		if _, err := f.Write(block[:n]); err != nil {
			return err
		}
		size -= n
	}
	return f.Close()
}
