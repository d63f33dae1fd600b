package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Limits on what a server may say.
const (
	MaxLine  = 64 << 10 // bytes in one line of a reply
	MaxReply = 1 << 20  // bytes in one reply
)

// Reply is one whole reply (RFC 959 §4.2). Lines are without code and line end.
type Reply struct {
	Code  int
	Lines []string
}

// Text is all lines, joined by line feeds.
func (r Reply) Text() string { return strings.Join(r.Lines, "\n") }

// First is the first line, which carries the meaning of most replies.
func (r Reply) First() string {
	if len(r.Lines) == 0 {
		return ""
	}
	return r.Lines[0]
}

// OK reports a positive completion (2xx).
func (r Reply) OK() bool { return r.Code/100 == 2 }

// Preliminary reports that another reply follows (1xx).
func (r Reply) Preliminary() bool { return r.Code/100 == 1 }

// wire is the reply as the library may read it: one line, whatever came.
func (r Reply) wire() []byte {
	text := r.First()
	b := make([]byte, 0, len(text)+6)
	b = append(b, byte('0'+r.Code/100%10), byte('0'+r.Code/10%10), byte('0'+r.Code%10), ' ')
	at := len(b)
	b = append(b, text...)
	for i := at; i < len(b); i++ {
		if b[i] == '\r' || b[i] == '\n' {
			b[i] = ' '
		}
	}
	return append(b, '\r', '\n')
}

var (
	errLongLine  = fmt.Errorf("%w: the server sent a line that is too long", ErrProtocol)
	errLongReply = fmt.Errorf("%w: the server sent a reply that is too long", ErrProtocol)
	errNoReply   = fmt.Errorf("%w: the server sends empty lines", ErrProtocol)
)

// readReply reads one reply. Servers that send empty lines first, or a code
// without text, are understood; anything else that is not a reply is an error.
func readReply(br *bufio.Reader) (Reply, error) {
	line, err := firstLine(br)
	if err != nil {
		return Reply{}, err
	}
	code, more, text, ok := parseLine(line)
	if !ok {
		return Reply{}, fmt.Errorf("%w: the server sent %q, which is no FTP reply", ErrProtocol, clip(line, 80))
	}
	r := Reply{Code: code, Lines: []string{text}}
	for size := len(line); more; {
		if line, err = readLine(br); err != nil {
			return r, err
		}
		if size += len(line) + 16; size > MaxReply {
			return r, errLongReply
		}
		c, cont, text, ok := parseLine(line)
		if !ok || c != code {
			text = line
		}
		more = !ok || c != code || cont
		r.Lines = append(r.Lines, text)
	}
	return r, nil
}

func firstLine(br *bufio.Reader) (string, error) {
	for range 16 {
		line, err := readLine(br)
		if err != nil || strings.TrimSpace(line) != "" {
			return line, err
		}
	}
	return "", errNoReply
}

// readLine reads up to LF, without CR LF. It holds no more than MaxLine.
func readLine(br *bufio.Reader) (string, error) {
	var long []byte
	for {
		part, err := br.ReadSlice('\n')
		if len(long)+len(part) > MaxLine {
			return "", errLongLine
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, part...)
			continue
		}
		if err != nil {
			return "", err
		}
		if long != nil {
			part = append(long, part...)
		}
		return string(bytes.TrimRight(part, "\r\n")), nil
	}
}

// parseLine splits "226-text"; ok is false if it does not start with a code.
func parseLine(s string) (code int, more bool, text string, ok bool) {
	if len(s) < 3 {
		return 0, false, "", false
	}
	for i := range 3 {
		if s[i] < '0' || s[i] > '9' {
			return 0, false, "", false
		}
		code = code*10 + int(s[i]-'0')
	}
	if code < 100 || code > 699 || len(s) > 3 && s[3] != ' ' && s[3] != '-' {
		return 0, false, "", false
	}
	if len(s) > 3 {
		more, text = s[3] == '-', s[4:]
	}
	return code, more, text, true
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}
