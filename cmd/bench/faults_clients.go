package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// clumsy is a client with the settings that its manual gives for bad
// networks: many retries, short patience, going on with half files.
type clumsy struct {
	name    string
	command func(job) (command, error)
	// done finds in a line that it printed or logged the file that it calls
	// transferred by this, or "".
	done func(line string) string
}

// clumsies are those that are installed, ours first.
func clumsies(ours string, only []string) []clumsy {
	all := []clumsy{
		{us, func(j job) (command, error) { return hardyOurs(j, ours), nil }, doneOurs},
		{"curl", hardyCurl, doneCurl},
		{"lftp", func(j job) (command, error) { return hardyLftp(j), nil }, doneLftp},
		{"rclone", hardyRclone, doneRclone},
	}
	return slices.DeleteFunc(all, func(c clumsy) bool {
		_, err := exec.LookPath(c.name)
		return c.name != us && err != nil || len(only) > 0 && !slices.Contains(only, c.name)
	})
}

const sessionsAtOnce = "2"

func hardyOurs(j job, ours string) command {
	scheme := "ftp+plain"
	flags := []string{"--json", "-r", "--state", filepath.Join(j.scratch, "state"), "--password-stdin",
		"--sessions", sessionsAtOnce, "--retries", "30", "--timeout", "3s"}
	if j.tls {
		scheme = "ftpes"
		flags = append(flags, "--ca", j.ca)
	}
	at := url.URL{Scheme: scheme, User: url.User(j.user), Host: j.host + ":" + strconv.Itoa(j.port), Path: j.remote}
	args := []string{ours, "get", at.String() + "/", j.local}
	if j.up {
		args = []string{ours, "put", j.local + "/", at.String()}
	}
	return command{args: append(args, flags...), stdin: j.password + "\n"}
}

func doneOurs(line string) string {
	var e struct{ Event, State, Remote string }
	if json.Unmarshal([]byte(line), &e) != nil || e.Event != "file" || e.State != "done" {
		return ""
	}
	return nameIn(e.Remote)
}

// hardyCurl names each file: curl moves no folders.
func hardyCurl(j job) (command, error) {
	base := url.URL{Scheme: "ftp", Host: j.host + ":" + strconv.Itoa(j.port)}
	var list strings.Builder
	for _, name := range j.names {
		base.Path = "/" + path.Join(j.remote, name)
		verb := "output"
		if j.up {
			verb = "upload-file"
		}
		fmt.Fprintf(&list, "url = %q\n%s = %q\n", base.String(), verb, filepath.Join(j.local, name))
	}
	file := filepath.Join(j.scratch, "curl")
	args := []string{"curl", "-sS", "-u", j.user + ":" + j.password, "--retry", "30", "--retry-all-errors", "--retry-delay", "1",
		"-C", "-", "--connect-timeout", "3", "--speed-time", "3", "--speed-limit", "1", "--max-time", "10", "--ftp-create-dirs", "--create-dirs",
		"-Z", "--parallel-max", sessionsAtOnce, "-w", "%{exitcode} %{url}\n", "-K", file}
	if j.tls {
		args = append(args, "--ssl-reqd", "--cacert", j.ca)
	}
	return command{args: args}, os.WriteFile(file, []byte(list.String()), 0o600)
}

func doneCurl(line string) string {
	if !strings.HasPrefix(line, "0 ftp:") {
		return ""
	}
	return nameIn(line)
}

func hardyLftp(j job) command {
	set := fmt.Sprintf("set net:timeout 3; set net:max-retries 30; set net:reconnect-interval-base 1; "+
		"set net:reconnect-interval-multiplier 1; set xfer:clobber yes; set xfer:log yes; set xfer:log-file %q; ", lftpLog(j.scratch))
	if j.tls {
		set += fmt.Sprintf("set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:ca-file %q; ", j.ca)
	} else {
		set += "set ftp:ssl-allow no; "
	}
	from, to, back := j.remote, j.local, ""
	if j.up {
		from, to, back = to, from, "-R "
	}
	return command{args: []string{"lftp", "-c", fmt.Sprintf("%sopen -u %s,%s ftp://%s:%d; mirror %s-c -p -P %s %q %q",
		set, j.user, j.password, j.host, j.port, back, sessionsAtOnce, from, to)}}
}

func lftpLog(scratch string) string { return filepath.Join(scratch, "lftp.log") }

// doneLftp reads lines as "DATE TIME SOURCE -> TARGET 0-1234 5 KiB/s".
func doneLftp(line string) string {
	if !strings.Contains(line, " -> ") {
		return ""
	}
	return nameIn(line)
}

func hardyRclone(j job) (command, error) {
	w := work{tls: j.tls, up: j.up, sessions: 2}
	c, err := rclone(w, j.place)
	c.env = append(c.env, "RCLONE_FTP_CLOSE_TIMEOUT=3s", "RCLONE_FTP_SHUT_TIMEOUT=3s")
	c.args = append(c.args, "-v", "--use-json-log", "--stats", "0", "--retries", "30", "--retries-sleep", "100ms", "--low-level-retries", "30",
		"--timeout", "3s", "--contimeout", "3s")
	return c, err
}

func doneRclone(line string) string {
	var e struct{ Level, Msg, Object string }
	if json.Unmarshal([]byte(line), &e) != nil || e.Level != "info" || !strings.HasPrefix(e.Msg, "Copied") {
		return ""
	}
	return e.Object
}

var fileName = regexp.MustCompile(`folder-\d\d/file-\d{6}\.dat`)

// nameIn finds a file of shape.names in a line.
func nameIn(line string) string { return fileName.FindString(line) }

// said is what a client printed, in a file: some print more than memory
// should hold.
type said struct{ path, scratch string }

func newSaid(scratch string, run *exec.Cmd, stdin string) (said, error) {
	s := said{filepath.Join(scratch, "said"), scratch}
	f, err := os.Create(s.path)
	if err != nil {
		return s, err
	}
	run.Stdout, run.Stderr, run.Stdin = f, f, strings.NewReader(stdin)
	return s, nil
}

// done are the files that the client called transferred.
func (s said) done(c clumsy, j job) (map[string]bool, error) {
	done := map[string]bool{}
	for _, p := range []string{s.path, lftpLog(s.scratch)} {
		f, err := os.Open(p)
		if os.IsNotExist(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if name := c.done(lines.Text()); name != "" {
				done[name] = true
			}
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return done, nil
}
