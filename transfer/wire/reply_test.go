package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestReadReply(t *testing.T) {
	for in, want := range map[string]struct {
		code int
		text string
	}{
		"220 ready\r\n":                         {220, "ready"},
		"220\r\n":                               {220, ""},
		"220 \n":                                {220, ""},
		"\r\n\r\n200 ok\r\n":                    {200, "ok"},
		"211-Features:\r\n MDTM\r\n211 End\r\n": {211, "Features:\n MDTM\nEnd"},
		"211-Features:\r\n211-MDTM\r\n211 End\r\n":     {211, "Features:\nMDTM\nEnd"},
		"230-a\r\n220 not the end\r\n230 end\r\n":      {230, "a\n220 not the end\nend"},
		"230-a\r\n\r\n  230 b\r\n230 end\r\n":          {230, "a\n\n  230 b\nend"},
		"150-Accepted\r\n150 8.0 kbytes to go\r\n":     {150, "Accepted\n8.0 kbytes to go"},
		"250-x\r\n250\r\n":                             {250, "x\n"},
		strings.Repeat("200-a\r\n", 100) + "200 z\r\n": {200, strings.Repeat("a\n", 100) + "z"},
	} {
		r, err := readReply(bufio.NewReader(strings.NewReader(in)))
		if err != nil || r.Code != want.code || r.Text() != want.text {
			t.Errorf("%q: %d %q, %v", in, r.Code, r.Text(), err)
		}
	}
}

func TestReadReplyRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"http":        "HTTP/1.1 400 Bad Request\r\n",
		"ssh":         "SSH-2.0-OpenSSH_9.2\r\n",
		"low code":    "099 x\r\n",
		"high code":   "999 x\r\n",
		"no blank":    "220ready\r\n",
		"sign":        "+20 x\r\n",
		"empty lines": strings.Repeat("\r\n", 100),
		"long line":   "220 " + strings.Repeat("x", MaxLine+1) + "\r\n",
		"long reply":  strings.Repeat("220-"+strings.Repeat("x", 1000)+"\r\n", 2000) + "220 end\r\n",
	} {
		if r, err := readReply(bufio.NewReader(strings.NewReader(in))); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %d, %v", name, r.Code, err)
		}
	}
	for _, in := range []string{"", "220", "220-a\r\n", "220-a\r\n220 e"} {
		if _, err := readReply(bufio.NewReader(strings.NewReader(in))); !errors.Is(err, io.EOF) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	f.Add([]byte("220 ready\r\n"))
	f.Add([]byte("211-a\r\n b\r\n211 c\r\n"))
	f.Add([]byte("\r\n227 (1,2,3,4,5,6)\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		br := bufio.NewReader(bytes.NewReader(in))
		for {
			r, err := readReply(br)
			if err != nil {
				return
			}
			if r.Code < 100 || r.Code > 699 || len(r.Lines) == 0 || strings.ContainsAny(r.First(), "\n") {
				t.Fatalf("%q gave %+v", in, r)
			}
			for verb := range expected {
				w := forLibrary(verb, r).wire()
				if bytes.Count(w, []byte("\n")) != 1 || !bytes.HasSuffix(w, []byte("\r\n")) {
					t.Fatalf("the library would read %q", w)
				}
			}
			c := &Control{}
			c.keepFeatures(r)
		}
	})
}
