package ui

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ask puts a line to the probe while the UI goroutine, which is the test's,
// goes on.
func (s *stand) ask(t *testing.T, socket, line string) string {
	t.Helper()
	answers := make(chan string, 1)
	go func() {
		c, err := net.Dial("unix", socket)
		if err != nil {
			answers <- "error " + err.Error()
			return
		}
		defer c.Close()
		fmt.Fprintln(c, line)
		answer, _ := bufio.NewReader(c).ReadString('\n')
		answers <- strings.TrimSpace(answer)
	}()
	answer := ""
	s.until(t, "an answer", func() bool {
		select {
		case answer = <-answers:
			return true
		default:
			s.calls <- func() {}
			return false
		}
	})
	return answer
}

func TestProbe(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	socket := filepath.Join(t.TempDir(), "probe")
	if err := s.Probe(socket); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tool/refresh", "pane/local", "pane/remote", "row/remote/index.html", "row/local/one.txt", "tab/queue", "tab/0",
		"button/Connect", "field/host", "path/remote", "queue"} {
		var x, y, w, h float64
		answer := s.ask(t, socket, "where "+name)
		if _, err := fmt.Sscan(answer, &x, &y, &w, &h); err != nil || w < 4 || h < 4 || x < -4 || y < 0 || x+w > 1284 || y+h > 801 {
			t.Errorf("%s: %q", name, answer)
		}
	}
	if answer := s.ask(t, socket, "where row/remote/nothing"); !strings.HasPrefix(answer, "error") {
		t.Errorf("what is not there is at %q", answer)
	}
	var state shownState
	if err := json.Unmarshal([]byte(s.ask(t, socket, "state")), &state); err != nil || !state.Connected || len(state.Remote) != 3 {
		t.Errorf("%+v, %v", state, err)
	}
	s.Close()
	if _, err := os.Stat(socket); err == nil {
		t.Error("the socket is left behind")
	}
}
