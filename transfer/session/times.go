package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// timeFormat is a time-val of RFC 3659 §2.3, always UTC.
const timeFormat = "20060102150405"

// SetTime sets a file's time of change, to the second: by MFMT, else by MDTM
// with two arguments (vsftpd), else by SITE UTIME. Kind Unavailable if the
// server has none of them. MDTM is checked by asking back: to other servers
// its argument is a strange file name.
func (s *Session) SetTime(ctx context.Context, p string, t time.Time) error {
	return s.do(ctx, "time", p, func() error { return s.setTime(s.ref(p), t.UTC().Truncate(time.Second)) })
}

var errNoTime = errors.New("the server has no command that sets a file's time")

func (s *Session) setTime(name string, t time.Time) error {
	stamp := t.Format(timeFormat)
	if _, ok := s.ctl.Feature("MFMT"); ok {
		_, err := s.command("time", "MFMT "+stamp+" "+name)
		return err
	}
	if _, ok := s.ctl.Feature("MDTM"); ok {
		done, err := s.setByMDTM(name, t)
		if done || err != nil {
			return err
		}
	}
	if s.hasSite("UTIME") {
		_, err := s.command("time", fmt.Sprintf("SITE UTIME %s %s %s %s UTC", name, stamp, stamp, stamp))
		return err
	}
	return &Error{Kind: Unavailable, Step: "time", Err: errNoTime}
}

// setByMDTM reports whether the time is what was wanted afterwards.
func (s *Session) setByMDTM(name string, t time.Time) (bool, error) {
	r, err := s.ctl.Command("MDTM " + t.Format(timeFormat) + " " + name)
	if err != nil || r.Code != 213 {
		return false, err
	}
	now, err := s.modified(name)
	if s.ctl.Err() != nil {
		return false, s.ctl.Err()
	}
	return err == nil && now.Equal(t), nil
}

// hasSite reports a SITE command that FEAT lists: by "SITE CHMOD" and "SITE
// UTIME" (ProFTPD), or by "SITE CHMOD;UTIME".
func (s *Session) hasSite(name string) bool {
	for _, line := range s.ctl.Features() {
		words := strings.FieldsFunc(strings.ToUpper(line), func(r rune) bool { return r == ';' || r == ' ' })
		if len(words) > 1 && words[0] == "SITE" && slices.Contains(words[1:], name) {
			return true
		}
	}
	return false
}
