package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// fullPort is a port of this computer whose queue is full: a connect to it
// gets no answer.
func fullPort(t *testing.T) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := at.(*syscall.SockaddrInet4).Port
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for range 16 {
		conn, err := net.DialTimeout("tcp", addr, 200*time.Millisecond)
		if err != nil {
			return port
		}
		t.Cleanup(func() { conn.Close() })
	}
	t.Fatal("the port still answers")
	return 0
}

// The end of the context ends a dial of a data connection that nobody answers,
// whether it comes before, at once or while it is under way.
func TestDialEnds(t *testing.T) {
	port := fullPort(t)
	for _, after := range []time.Duration{0, time.Microsecond, 100 * time.Millisecond} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			why := errors.New("enough")
			time.AfterFunc(after, func() { cancel(why) })
			began := time.Now()
			_, err := dialDirect(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), 20*time.Second)
			if err == nil || !errors.Is(context.Cause(ctx), why) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// Without an answer it ends with its patience.
func TestDialPatience(t *testing.T) {
	_, err := dialDirect(t.Context(), net.JoinHostPort("127.0.0.1", strconv.Itoa(fullPort(t))), 50*time.Millisecond)
	var late net.Error
	if !errors.As(err, &late) || !late.Timeout() {
		t.Errorf("got %v", err)
	}
}
