package model

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"longshore/transfer/listing"
)

// Column is what a pane can be sorted by.
type Column uint8

// The columns of a pane, in the order in which they stand.
const (
	ByName Column = iota
	BySize
	ByType
	ByTime
	ByMode
)

// Sort is an order of rows. Folders come first in every order, and equal rows
// stand by name.
type Sort struct {
	Column Column
	Desc   bool
}

// IsFolder reports whether an entry can be opened as a folder: a folder, or a
// link that is known to lead to one.
func IsFolder(e listing.Entry) bool {
	return e.Type == listing.Dir || e.Type == listing.Link && e.Mode.IsDir()
}

// arrange gives the indexes of the entries that keep lets through, in order.
func arrange(entries []listing.Entry, s Sort, keep func(*listing.Entry) bool) []int32 {
	rows := make([]int32, 0, len(entries))
	keys := make([]string, len(entries))
	for i := range entries {
		if !keep(&entries[i]) {
			continue
		}
		rows = append(rows, int32(i))
		keys[i] = strings.ToLower(entries[i].Name)
	}
	slices.SortStableFunc(rows, func(a, b int32) int { return compareRows(entries, keys, s, a, b) })
	return rows
}

func compareRows(entries []listing.Entry, keys []string, s Sort, a, b int32) int {
	x, y := &entries[a], &entries[b]
	if fx, fy := IsFolder(*x), IsFolder(*y); fx != fy {
		if fx {
			return -1
		}
		return 1
	}
	c := compareColumn(x, y, s.Column)
	byName := c == 0
	if byName {
		c = naturalCompare(keys[a], keys[b])
		if c == 0 {
			c = strings.Compare(x.Raw, y.Raw)
		}
	}
	// Only the sorted column turns round; equals keep the order of their names.
	if s.Desc && (!byName || s.Column == ByName) {
		return -c
	}
	return c
}

func compareColumn(x, y *listing.Entry, column Column) int {
	switch column {
	case BySize:
		if IsFolder(*x) {
			return 0
		}
		return cmp.Compare(x.Size, y.Size)
	case ByType:
		return strings.Compare(FormatType(*x), FormatType(*y))
	case ByTime:
		return x.Time.Compare(y.Time)
	case ByMode:
		return cmp.Compare(x.Mode.Perm(), y.Mode.Perm())
	}
	return 0
}

// naturalCompare orders numbers in names by value: "img2" before "img10".
// Numbers of any length are compared without being converted.
func naturalCompare(a, b string) int {
	for len(a) > 0 && len(b) > 0 {
		if isDigit(a[0]) && isDigit(b[0]) {
			na, restA := leadingNumber(a)
			nb, restB := leadingNumber(b)
			if c := cmp.Or(cmp.Compare(len(na), len(nb)), strings.Compare(na, nb)); c != 0 {
				return c
			}
			a, b = restA, restB
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingNumber(s string) (digits, rest string) {
	end := 0
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	return strings.TrimLeft(s[:end], "0"), s[end:]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// matcher turns what a user types into a test for names: a part of the name in
// any case, or a pattern when it has * or ?. An unfinished pattern such as
// "[a" is taken as text.
func matcher(text string) func(name string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return func(string) bool { return true }
	}
	if strings.ContainsAny(text, "*?") {
		if _, err := path.Match(text, ""); err == nil {
			return func(name string) bool {
				ok, _ := path.Match(text, strings.ToLower(name))
				return ok
			}
		}
	}
	return func(name string) bool { return strings.Contains(strings.ToLower(name), text) }
}
