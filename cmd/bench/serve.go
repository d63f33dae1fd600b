package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
)

// served is what the serving process tells about its server.
type served struct {
	Host, User, Password, Root, Dir string
	Port                            int
	CA                              []byte
}

// serve runs in a process of its own, in the far namespace if there is one:
// it starts a server, says where, and ends it with its input.
func serve(kind daemons.Kind, tls bool, host string) error {
	cert, err := ftptest.NewCertificate(ftptest.CertOptions{Names: []string{"localhost", host}})
	if err != nil {
		return err
	}
	d, err := daemons.Launch(kind, daemons.Options{TLS: tls, Host: host, Certificate: &cert})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := json.NewEncoder(os.Stdout).Encode(served{d.Host, d.User, d.Password, d.Root, d.Dir, d.Port, d.CA}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// server is the serving process seen from here.
type server struct {
	served
	cmd   *exec.Cmd
	stdin io.Closer
}

// startServer starts the serving process, across the link if there is one.
func startServer(w work) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{self, "serve", string(w.server), fmt.Sprint(w.tls), "127.0.0.1"}
	if w.wan != nil {
		args[4] = farIP
		args = inside(w.wan.far, args)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, stdin: stdin}
	if err := json.NewDecoder(stdout).Decode(&s.served); err != nil {
		s.close()
		return nil, fmt.Errorf("start %s: %w", w.server, err)
	}
	return s, nil
}

func (s *server) close() {
	_ = s.stdin.Close()
	_ = s.cmd.Wait()
}
