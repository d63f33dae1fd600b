package session

import (
	"fmt"
	"strings"
)

// Lines puts what was learned into words, one fact a line; none if nothing is
// known.
func (l Learned) Lines() []string {
	var out []string
	add := func(known bool, format string, args ...any) {
		if known {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(l.Software != "", "it is %s", escape(l.Software))
	add(l.TLSSeen, "it has TLS; a connection without is refused from now on")
	add(l.TLS12, "data connections work with TLS 1.2 only")
	add(l.Data != DataAuto, "data connections work by %s", strings.ToUpper(string(l.Data)))
	add(l.MaxSessions > 0, "it allows %s at once", countOf(l.MaxSessions))
	add(l.Sessions > 0, "many files went fastest with %s", countOf(l.Sessions))
	if l.ClockOffset != nil {
		add(*l.ClockOffset != 0, "LIST gives times by a clock that is %s", clockName(*l.ClockOffset))
	}
	add(l.List != ListAuto, "folders are listed by %s", listName(l.List))
	add(l.Charset != "", "names are written in %s", escape(l.Charset))
	return out
}

func listName(m ListMode) string {
	if m == ListAll {
		return "LIST -a"
	}
	return strings.ToUpper(string(m))
}
