package sites

import (
	"bytes"
	"strings"

	"longshore/transfer/session"
)

func isNetrc(base string, data []byte) bool {
	if base == ".netrc" || base == "_netrc" || base == "netrc" {
		return true
	}
	for line := range bytes.Lines(data[:min(len(data), 1<<16)]) {
		if f := bytes.Fields(line); len(f) >= 2 && string(f[0]) == "machine" {
			return true
		}
	}
	return false
}

// readNetrc reads a .netrc as ftp(1) does. The default entry names no server
// and is left out; macros are not run.
func readNetrc(data []byte, _ importOptions) ([]ImportedSite, error) {
	var found []ImportedSite
	var entry *ImportedSite // nil in and after "default"
	words := netrcWords{text: string(data)}
	for {
		word, ok := words.next()
		if !ok || len(found) >= maxSites {
			break
		}
		switch word {
		case "machine":
			host, _ := words.next()
			found = append(found, ImportedSite{Site: NewSite(host, host)})
			entry = &found[len(found)-1]
			entry.Site.Security, entry.Site.Logon = session.TLSIfOffered, Normal
		case "default":
			entry = nil
		case "macdef":
			words.skipMacro()
		case "login", "user", "password", "account":
			value, _ := words.next()
			entry.setNetrc(word, value)
		}
	}
	return found, nil
}

func (s *ImportedSite) setNetrc(word, value string) {
	switch {
	case s == nil:
	case word == "password":
		s.Password = value
	case word == "account":
		s.Site.Account = value
	default:
		s.Site.User = value
	}
}

// netrcWords gives the words of a .netrc: quotes hold blanks together, "#"
// starts a comment only where a word starts, so that passwords may hold it.
type netrcWords struct {
	text string
	last string
}

func (w *netrcWords) next() (string, bool) {
	for {
		w.text = strings.TrimLeft(w.text, " \t\r\n")
		if w.text == "" {
			return "", false
		}
		if w.text[0] != '#' || isNetrcValue(w.last) {
			break
		}
		_, w.text, _ = strings.Cut(w.text, "\n")
	}
	w.last = w.word()
	return w.last, true
}

// isNetrcValue reports whether a value, which may start with "#", follows.
func isNetrcValue(word string) bool {
	return word == "password" || word == "login" || word == "account" || word == "user"
}

func (w *netrcWords) word() string {
	if w.text[0] == '"' {
		var b strings.Builder
		for i := 1; i < len(w.text); i++ {
			switch c := w.text[i]; {
			case c == '\\' && i+1 < len(w.text):
				i++
				b.WriteByte(w.text[i])
			case c == '"':
				w.text = w.text[i+1:]
				return b.String()
			default:
				b.WriteByte(c)
			}
		}
		w.text = ""
		return b.String()
	}
	end := strings.IndexAny(w.text, " \t\r\n")
	if end < 0 {
		end = len(w.text)
	}
	word := w.text[:end]
	w.text = w.text[end:]
	return word
}

// skipMacro passes over a macro: up to the next empty line.
func (w *netrcWords) skipMacro() {
	for w.text != "" {
		var line string
		line, w.text, _ = strings.Cut(w.text, "\n")
		if strings.TrimSpace(line) == "" {
			return
		}
	}
}
