package model

import (
	"path"
	"strings"
)

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
