package main

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// One window has the queue of a state folder. It keeps a door there, at which
// a second start of the program hands over what it was started for: a socket
// that only the user can open, or, where there are none or the path is too
// long for one, a port of loopback and a key in a file that only the user can
// read. Both sides prove that they have the key before anything else is said.

const (
	doorSocket = "longshore.sock"
	doorNote   = "longshore.door"
	doorWait   = 5 * time.Second
	doorMost   = 64 << 10 // bytes of a message
	socketMost = 100      // bytes of a socket's path; the smallest limit is 104, of macOS
)

// errNobody says that no window answers.
var errNobody = errors.New("no window is open")

// errand is what a start of the program is for.
type errand struct {
	Place string   `json:"place,omitempty"`
	Files []string `json:"files,omitempty"` // absolute
}

// message goes to the window, reply comes back.
type message struct {
	Proof  string `json:"proof"`
	Errand errand `json:"errand"`
}

type reply struct {
	Process int    `json:"process"`
	Error   string `json:"error,omitempty"`
}

// address is where a door is.
type address struct {
	Network string `json:"network"`
	Address string `json:"address"`
	Key     []byte `json:"key,omitempty"`
}

// door takes errands, one at a time, until it is closed.
type door struct {
	dir    string
	at     address
	listen net.Listener
	do     func(context.Context, errand) error
	ctx    context.Context
	end    context.CancelFunc
	work   sync.WaitGroup
}

// openDoor opens the door of a state folder. Whoever calls it owns the queue
// there, so what an earlier owner left behind may be replaced. do is called on
// a goroutine of the door.
func openDoor(dir string, do func(context.Context, errand) error) (*door, error) {
	d := &door{dir: dir, do: do}
	var err error
	if d.at.Address = filepath.Join(dir, doorSocket); runtime.GOOS != "windows" && len(d.at.Address) <= socketMost {
		d.at.Network = "unix"
		d.listen, err = listenUnix(d.at.Address)
	} else {
		d.at, d.listen, err = listenLoopback(filepath.Join(dir, doorNote))
	}
	if err != nil {
		return nil, fmt.Errorf("open door: %w", err)
	}
	d.ctx, d.end = context.WithCancel(context.Background())
	d.work.Go(d.answer)
	return d, nil
}

// listenUnix makes a socket that nobody else could open for a moment: it gets
// its name when it has its permissions.
func listenUnix(path string) (net.Listener, error) {
	os.Remove(path)
	dir, err := os.MkdirTemp(filepath.Dir(path), ".") // nobody else's by its mode
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	early := filepath.Join(dir, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: early})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if err = os.Chmod(early, 0o600); err == nil {
		err = os.Rename(early, path)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// listenLoopback writes down where it listens.
func listenLoopback(note string) (address, net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return address{}, nil, err
	}
	at := address{Network: "tcp", Address: l.Addr().String(), Key: make([]byte, 32)}
	rand.Read(at.Key)
	text, err := json.Marshal(at)
	if err == nil {
		os.Remove(note) // a new file has the mode that is asked for
		err = os.WriteFile(note, text, 0o600)
	}
	if err != nil {
		return at, nil, errors.Join(err, l.Close())
	}
	return at, l, nil
}

// answer is the door's goroutine.
func (d *door) answer() {
	for {
		c, err := d.listen.Accept()
		if err != nil {
			if d.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			select { // out of descriptors, perhaps
			case <-time.After(time.Second):
				continue
			case <-d.ctx.Done():
				return
			}
		}
		d.serve(c)
	}
}

func (d *door) serve(c net.Conn) {
	stop := context.AfterFunc(d.ctx, func() { c.Close() })
	defer stop()
	defer c.Close()
	c.SetDeadline(time.Now().Add(doorWait))
	r := bufio.NewReader(io.LimitReader(c, doorMost))
	nonce, err := r.ReadString('\n')
	if err != nil {
		return
	}
	fmt.Fprintln(c, prove(d.at.Key, "window", nonce))
	var m message
	if json.NewDecoder(r).Decode(&m) != nil || !hmac.Equal([]byte(m.Proof), []byte(prove(d.at.Key, "errand", nonce))) {
		return
	}
	ctx, cancel := context.WithTimeout(d.ctx, doorWait)
	defer cancel()
	answer := reply{Process: os.Getpid()}
	switch err := d.do(ctx, m.Errand); {
	case errors.Is(err, errGone), d.ctx.Err() != nil:
		return // to them it is as if there were no window
	case err != nil:
		answer.Error = err.Error()
	}
	c.SetDeadline(time.Now().Add(doorWait))
	_ = json.NewEncoder(c).Encode(answer) // who asked may be gone
}

// close ends the door; what is being done ends with its context.
func (d *door) close() {
	if d == nil {
		return
	}
	name := doorSocket
	if d.at.Network != "unix" {
		name = doorNote
	}
	os.Remove(filepath.Join(d.dir, name))
	d.end()
	d.listen.Close()
	d.work.Wait()
}

// prove shows that one has the key without telling it.
func prove(key []byte, who, nonce string) string {
	h := hmac.New(sha256.New, key)
	io.WriteString(h, who+" "+nonce)
	return hex.EncodeToString(h.Sum(nil))
}

// knock hands an errand to the window of a state folder. The error is
// errNobody if there is none.
func knock(dir string, e errand) (reply, error) {
	c, key, err := dialDoor(dir)
	if err != nil {
		return reply{}, errNobody
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(2 * doorWait))
	nonce := rand.Text() + "\n"
	r := bufio.NewReader(io.LimitReader(c, doorMost))
	if _, err := io.WriteString(c, nonce); err != nil {
		return reply{}, silence(err)
	}
	proof, err := r.ReadString('\n')
	if err != nil {
		return reply{}, silence(err)
	}
	if proof != prove(key, "window", nonce)+"\n" {
		return reply{}, errNobody // somebody else has the port now
	}
	if err := json.NewEncoder(c).Encode(message{prove(key, "errand", nonce), e}); err != nil {
		return reply{}, silence(err)
	}
	var answer reply
	if err := json.NewDecoder(r).Decode(&answer); err != nil {
		return reply{}, silence(err)
	}
	if answer.Error != "" {
		return answer, errors.New(answer.Error)
	}
	return answer, nil
}

// silence tells a window that hangs from one that has just gone.
func silence(err error) error {
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fmt.Errorf("the window that is open does not answer: %w", err)
	}
	return errNobody
}

func dialDoor(dir string) (net.Conn, []byte, error) {
	at := address{Network: "unix", Address: filepath.Join(dir, doorSocket)}
	if text, err := os.ReadFile(filepath.Join(dir, doorNote)); err == nil {
		if err := json.Unmarshal(text, &at); err != nil || at.Network != "tcp" || len(at.Key) != 32 {
			return nil, nil, errNobody
		}
	} else if len(at.Address) > socketMost || runtime.GOOS == "windows" {
		return nil, nil, errNobody
	}
	c, err := net.DialTimeout(at.Network, at.Address, doorWait)
	return c, at.Key, err
}
