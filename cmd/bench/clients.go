package main

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// us is the name of our own client in the tables.
const us = "longshorectl"

// command is one client at one work, ready to run.
type command struct {
	args   []string
	env    []string
	dir    string
	stdin  string
	listed string // file that takes stdout, for listings
	limit  time.Duration
}

// place is where the server is and what is to be moved.
type place struct {
	host, user, password string
	port                 int
	remote               string // folder or file at the server
	local                string // folder or file here
	ca                   string // PEM file
	scratch              string // for configurations and state; emptied before each run
	ours                 string // the longshorectl to measure
}

const patience = 5 * time.Minute

// The sessions of the peers where each may have its best setting: as many as
// their users advise each other to take. curl gets fewer: with its usual 50 it
// fails at two of the servers.
const (
	bestCurl   = 16
	bestLftp   = 20
	bestRclone = 32
)

// build gives the command line of one client.
func build(client string, w work, p place) (command, error) {
	switch client {
	case us:
		return longshorectl(w, p), nil
	case "curl":
		return curl(w, p)
	case "lftp":
		return lftp(w, p), nil
	case "rclone":
		return rclone(w, p)
	case "ncftp":
		return ncftp(w, p), nil
	}
	return command{}, fmt.Errorf("no client %q", client)
}

func longshorectl(w work, p place) command {
	scheme := "ftp+plain"
	args := []string{p.ours}
	if w.tls {
		scheme = "ftpes"
	}
	at := url.URL{Scheme: scheme, User: url.User(p.user), Host: p.host + ":" + strconv.Itoa(p.port), Path: p.remote}
	flags := []string{"--state", filepath.Join(p.scratch, "state"), "--password-stdin", "--exists", "overwrite"}
	if w.sessions > 0 {
		flags = append(flags, "--sessions", strconv.Itoa(w.sessions))
	}
	if w.tls {
		flags = append(flags, "--ca", p.ca)
	}
	c := command{stdin: p.password + "\n", limit: patience}
	switch {
	case w.shape.tree:
		c.args, c.listed = append(append(args, "ls", "-R", at.String()), flags...), filepath.Join(p.scratch, "listed")
	case w.shape.list:
		c.args, c.listed = append(append(args, "ls", at.String()), flags...), filepath.Join(p.scratch, "listed")
	case w.shape.one && w.up:
		c.args = append(append(args, "put", "-q", p.local, at.String()), flags...)
	case w.shape.one:
		if w.sessions > 1 {
			flags = append(flags, "--segments", strconv.Itoa(w.sessions))
		}
		c.args = append(append(args, "get", "-q", at.String(), p.local), flags...)
	case w.up:
		c.args = append(append(args, "put", "-q", "-r", p.local+"/", at.String()), flags...)
	default:
		c.args = append(append(args, "get", "-q", "-r", at.String()+"/", p.local), flags...)
	}
	return c
}

func curl(w work, p place) (command, error) {
	// Two slashes: curl takes a path as relative to the login folder.
	base := url.URL{Scheme: "ftp", Host: p.host + ":" + strconv.Itoa(p.port), Path: "/" + p.remote}
	args := []string{"curl", "-sS", "--fail-early", "-u", p.user + ":" + p.password}
	if w.tls {
		args = append(args, "--ssl-reqd", "--cacert", p.ca)
	}
	switch {
	case w.shape.list:
		return command{args: append(args, base.String()+"/"), listed: filepath.Join(p.scratch, "listed"), limit: patience}, nil
	case w.shape.one && w.up:
		return command{args: append(args, "-T", p.local, base.String()), limit: patience}, nil
	case w.shape.one:
		return command{args: append(args, "-o", p.local, base.String()), limit: patience}, nil
	}
	var list strings.Builder
	for _, name := range w.shape.names() {
		at := base
		at.Path = base.Path + "/" + name
		fmt.Fprintf(&list, "url = %q\noutput = %q\n", at.String(), filepath.Join(p.local, name))
	}
	file := filepath.Join(p.scratch, "curl")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		return command{}, err
	}
	return command{args: append(args, "-Z", "--parallel-max", strconv.Itoa(cmp.Or(w.sessions, bestCurl)), "--create-dirs", "-K", file), limit: patience}, nil
}

func lftp(w work, p place) command {
	set := "set cmd:fail-exit yes; set net:max-retries 3; set ftp:sync-mode off; set xfer:clobber yes; set mirror:set-permissions off; "
	if w.tls {
		set += fmt.Sprintf("set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:ca-file %q; ", p.ca)
	} else {
		set += "set ftp:ssl-allow no; "
	}
	open := fmt.Sprintf("open -u %s,%s ftp://%s:%d; ", p.user, p.password, p.host, p.port)
	var do string
	c := command{limit: patience}
	switch {
	case w.shape.tree:
		do = fmt.Sprintf("find %q", p.remote)
		c.listed = filepath.Join(p.scratch, "listed")
	case w.shape.list:
		do = fmt.Sprintf("cls -1 %q", p.remote)
		c.listed = filepath.Join(p.scratch, "listed")
	case w.shape.one && w.up:
		do = fmt.Sprintf("put %q -o %q", p.local, p.remote)
	case w.shape.one && w.sessions > 1:
		do = fmt.Sprintf("pget -n %d %q -o %q", w.sessions, p.remote, p.local)
	case w.shape.one:
		do = fmt.Sprintf("get %q -o %q", p.remote, p.local)
	case w.up:
		do = fmt.Sprintf("mirror -R -P %d %q %q", cmp.Or(w.sessions, bestLftp), p.local, p.remote)
	default:
		do = fmt.Sprintf("mirror -P %d %q %q", cmp.Or(w.sessions, bestLftp), p.remote, p.local)
	}
	c.args, c.env = []string{"lftp", "-c", set + open + do}, []string{"HOME=" + p.scratch}
	return c
}

func rclone(w work, p place) (command, error) {
	hidden, err := exec.Command("rclone", "obscure", p.password).Output()
	if err != nil {
		return command{}, fmt.Errorf("rclone obscure: %w", err)
	}
	c := command{limit: patience, env: []string{"RCLONE_CONFIG=" + filepath.Join(p.scratch, "rclone.conf"),
		"RCLONE_FTP_HOST=" + p.host, "RCLONE_FTP_PORT=" + strconv.Itoa(p.port), "RCLONE_FTP_USER=" + p.user,
		"RCLONE_FTP_PASS=" + strings.TrimSpace(string(hidden)), fmt.Sprintf("RCLONE_FTP_EXPLICIT_TLS=%v", w.tls),
		"RCLONE_FTP_NO_CHECK_CERTIFICATE=true"}}
	n := strconv.Itoa(cmp.Or(w.sessions, bestRclone))
	from, to := ":ftp:"+p.remote, p.local
	if w.up {
		from, to = to, from
	}
	verb := "copy"
	if w.shape.one {
		verb = "copyto"
	}
	if w.shape.tree {
		c.args, c.listed = []string{"rclone", "lsf", "-R", from, "--checkers", n}, filepath.Join(p.scratch, "listed")
		return c, nil
	}
	c.args = []string{"rclone", verb, from, to, "--transfers", n, "--checkers", n, "--no-traverse=false"}
	return c, nil
}

func ncftp(w work, p place) command {
	args := []string{"ncftpput", "-V", "-u", p.user, "-p", p.password, "-P", strconv.Itoa(p.port)}
	if w.shape.one {
		return command{args: append(args, p.host, path.Dir(p.remote), p.local), limit: patience}
	}
	// It puts the folder itself below the target, so the target is one up.
	return command{args: append(args, "-R", "-m", p.host, path.Dir(p.remote), p.local), limit: patience}
}

// names are the files of a shape, as make writes them.
func (s shape) names() []string {
	names := make([]string, s.files)
	for i := range names {
		names[i] = s.name(i)
	}
	return names
}

func (s shape) name(i int) string {
	name := fmt.Sprintf("file-%06d.dat", i)
	if s.tree {
		return fmt.Sprintf("folder-%02d/sub-%04d/%s", i%100, i/100, name)
	}
	if s.folders > 0 {
		name = fmt.Sprintf("folder-%02d/%s", i%s.folders, name)
	}
	return name
}
