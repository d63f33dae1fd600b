package sites

import (
	"bufio"
	"bytes"
	"strings"
)

// iniSection is "[Name]" and the "key=value" lines below it, as WinSCP,
// rclone and gFTP write them.
type iniSection struct {
	Name   string
	Values map[string]string // keys in lower case
}

// readINI reads what it can; lines of other shapes are nothing to us. Values
// keep what is after "=" but surrounding blanks.
func readINI(data []byte) []iniSection {
	var sections []iniSection
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, MaxFile+1)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			if len(sections) >= maxSites {
				return sections
			}
			sections = append(sections, iniSection{line[1 : len(line)-1], map[string]string{}})
		case len(sections) > 0:
			key, value, ok := strings.Cut(line, "=")
			if ok {
				sections[len(sections)-1].Values[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
			}
		}
	}
	return sections
}
