package daemons_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// The namespaces' addresses, and two that nobody has: one of a private range
// that a server behind NAT would name, and one of the public ones.
const (
	natServer  = "192.168.99.1"
	natClient  = "192.168.99.2"
	natPrivate = "10.1.2.3"
	natPublic  = "203.0.113.7"
)

// natJob is what the test tells its copies in the namespaces, and they it.
type natJob struct {
	Kind    daemons.Kind
	Options daemons.Options

	Target   session.Target
	Password string
	Dir      string
	Check    bool          // instead of moving a file
	Patience time.Duration // for each step; 0: three seconds

	Report string               // of the check, as text
	Advice []session.Advice     // and what it would do
	Heard  []string             // of the transcript: what data address was used
	Error  string               // "" if all was well
	Told   *session.Explanation // of Error
}

// TestMain runs the copies of this program that stand in a namespace.
func TestMain(m *testing.M) {
	role := os.Getenv("LONGSHORE_NAT")
	if role == "" {
		os.Exit(m.Run())
	}
	var j natJob
	in := json.NewDecoder(os.Stdin)
	err := in.Decode(&j)
	if err == nil && role == "server" {
		err = j.serve()
	} else if err == nil {
		j.move()
		err = json.NewEncoder(os.Stdout).Encode(j)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, role, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (j *natJob) serve() error {
	d, err := daemons.Launch(j.Kind, j.Options)
	if err != nil {
		return err
	}
	defer d.Close()
	j.Target = session.Target{Host: d.Host, Port: d.Port, User: d.User, Security: session.PlainFTP}
	if j.Options.TLS {
		j.Target.Security = session.ExplicitTLS
	}
	j.Password, j.Dir = d.Password, d.Dir
	if err := json.NewEncoder(os.Stdout).Encode(j); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// move uploads, lists and downloads a file.
func (j *natJob) move() {
	env := &session.Env{Timeout: cmp.Or(j.Patience, 3*time.Second), Trusted: func(session.Target, session.Certificate) bool { return true },
		Password: func(context.Context, session.Target) (string, error) { return j.Password, nil },
		Log: func(l session.Line) {
			if strings.Contains(l.Text, "address") {
				j.Heard = append(j.Heard, l.Text)
			}
		}}
	if j.Check {
		r, _ := session.Check(context.Background(), j.Target, env, session.CheckOptions{}, nil)
		j.Report, j.Advice = r.Text(), r.Advice
		return
	}
	if err := j.try(env); err != nil {
		told := session.Explain(err)
		j.Error, j.Told = err.Error(), &told
	}
}

func (j *natJob) try(env *session.Env) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := session.Open(ctx, j.Target, env)
	if err != nil {
		return err
	}
	defer s.Close()
	data := bytes.Repeat([]byte("through the wall"), 1<<16)
	file := path.Join(j.Dir, "a file")
	if _, err := s.Store(ctx, file, 0, bytes.NewReader(data), session.Tap{}); err != nil {
		return err
	}
	size := int64(-1)
	_, err = s.List(ctx, j.Dir, func(rows []listing.Entry) {
		for _, e := range rows {
			if e.Name == "a file" {
				size = e.Size
			}
		}
	})
	if err != nil {
		return err
	}
	var back bytes.Buffer
	if _, err := s.Retrieve(ctx, file, 0, &back, session.Tap{}); err != nil {
		return err
	}
	if size != int64(len(data)) || !bytes.Equal(back.Bytes(), data) {
		return fmt.Errorf("listed as %d bytes, %d came back of %d", size, back.Len(), len(data))
	}
	return nil
}

// TestServerBehindNAT has servers in a network of their own name an address in
// PASV replies that they do not have, and refuse EPSV. By default all works;
// who trusts the address is told why nothing comes.
func TestServerBehindNAT(t *testing.T) {
	near, far := walls(t)
	for _, k := range []daemons.Kind{daemons.VSFTPD, daemons.ProFTPD, daemons.Pyftpdlib} {
		for _, tls := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s tls=%v", k, tls), func(t *testing.T) {
				daemons.Start(t, k, daemons.Options{}).Close() // skips or fails where it is missing
				o := daemons.Options{Host: natServer, PasvAddress: natPrivate, TLS: tls, RequireReuse: tls && k.CanRequireReuse()}
				j := natServe(t, far, natJob{Kind: k, Options: o})
				j = inNamespace(t, near, j)
				if j.Error != "" {
					t.Errorf("%s\n%q", j.Error, j.Heard)
				}
				if !strings.Contains(strings.Join(j.Heard, "\n"), natPrivate) {
					t.Errorf("the transcript does not name the address: %q", j.Heard)
				}
			})
		}
	}
	t.Run("trusted", func(t *testing.T) {
		j := natServe(t, far, natJob{Kind: daemons.Pyftpdlib, Options: daemons.Options{Host: natServer, PasvAddress: natPublic}})
		j.Target.TrustPASVHost = true
		j = inNamespace(t, near, j)
		if j.Error == "" {
			t.Fatal("nobody has that address")
		}
		t.Logf("%s\n%+v", j.Error, j.Told)
		if all := j.Told.What + j.Told.Why + j.Told.Next; !strings.Contains(j.Error+all, natPublic) {
			t.Errorf("the address is not named: %q %q", j.Error, all)
		}
		if j.Told.Button != session.IgnorePASVHost {
			t.Errorf("the way out is %q: %+v", j.Told.Button, j.Told)
		}
	})
}

// walls makes two namespaces with a line between them.
func walls(t *testing.T) (near, far string) {
	t.Helper()
	if os.Geteuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("network namespaces need root")
		}
		t.Skip("network namespaces need root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("network namespaces need iproute2: %v", err)
	}
	near, far = fmt.Sprintf("lsnear%d", os.Getpid()), fmt.Sprintf("lsfar%d", os.Getpid())
	for _, ns := range []string{near, far} {
		ip(t, "netns", "add", ns)
		t.Cleanup(func() { ip(t, "netns", "del", ns) })
		ip(t, "-n", ns, "link", "set", "lo", "up")
	}
	ip(t, "link", "add", "line", "netns", near, "type", "veth", "peer", "name", "line", "netns", far)
	ip(t, "-n", near, "addr", "add", natClient+"/24", "dev", "line")
	ip(t, "-n", far, "addr", "add", natServer+"/24", "dev", "line")
	ip(t, "-n", near, "link", "set", "line", "up")
	ip(t, "-n", far, "link", "set", "line", "up")
	ip(t, "-n", near, "route", "add", "default", "via", natServer) // which forwards nothing
	return near, far
}

func ip(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %q: %v: %s", args, err, out)
	}
}

// copyIn prepares a copy of this program in a namespace.
func copyIn(t *testing.T, ns, role string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("ip", "netns", "exec", ns, self)
	cmd.Env = append(os.Environ(), "LONGSHORE_NAT="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

func natServe(t *testing.T, ns string, j natJob) natJob {
	t.Helper()
	cmd := copyIn(t, ns, "server")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	if err := json.NewEncoder(in).Encode(j); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(out).Decode(&j); err != nil {
		t.Fatal(err)
	}
	return j
}

func inNamespace(t *testing.T, ns string, j natJob) natJob {
	t.Helper()
	cmd := copyIn(t, ns, "client")
	data, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = bytes.NewReader(data)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &j); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return j
}
