package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"longshore/transfer"
)

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseSchedule reads limits of speed by day and hour: spans separated by
// semicolons, each "[days] from-to up/down" with KB a second, 0 for no limit:
// "mon-fri 08:00-18:00 500/2000; sat,sun 22:00-06:00 0/0". The first that holds
// counts.
func ParseSchedule(text string) ([]transfer.Window, error) {
	var ws []transfer.Window
	for span := range strings.SplitSeq(text, ";") {
		f := strings.Fields(strings.ToLower(span))
		if len(f) == 0 {
			continue
		}
		var w transfer.Window
		var err error
		if len(f) == 3 {
			w.Days, err = parseDays(f[0])
			f = f[1:]
		}
		if err == nil && len(f) != 2 {
			err = fmt.Errorf("%q is not written as mon-fri 08:00-18:00 500/2000", strings.TrimSpace(span))
		}
		if err == nil {
			w.From, w.To, err = parseHours(f[0])
		}
		if err == nil {
			w.Rate, err = parseLimits(f[1])
		}
		if err != nil {
			return nil, err
		}
		ws = append(ws, w)
	}
	return ws, nil
}

// parseDays reads "mon-fri", "sat,sun" or both.
func parseDays(text string) (days []time.Weekday, err error) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		from, to := slices.Index(dayNames, first), slices.Index(dayNames, last)
		if from < 0 || to < 0 {
			return nil, fmt.Errorf("%q is no day: they are mon, tue, wed, thu, fri, sat, sun", part)
		}
		for d := from; ; d = (d + 1) % 7 {
			days = append(days, time.Weekday(d))
			if d == to {
				break
			}
		}
	}
	return days, nil
}

func parseHours(text string) (from, to int, err error) {
	a, b, _ := strings.Cut(text, "-")
	from, err = parseMinute(a)
	if err == nil {
		to, err = parseMinute(b)
	}
	return from, to, err
}

// parseMinute reads a time of day as minutes since midnight, 24:00 too.
func parseMinute(text string) (int, error) {
	h, m, ok := strings.Cut(text, ":")
	hour, herr := strconv.Atoi(h)
	minute, merr := strconv.Atoi(m)
	if at := hour*60 + minute; ok && herr == nil && merr == nil && hour >= 0 && minute >= 0 && minute < 60 && at <= 24*60 {
		return at, nil
	}
	return 0, fmt.Errorf("%q is no time of day, as 08:00", text)
}

func parseLimits(text string) (r transfer.Rate, err error) {
	up, down, ok := strings.Cut(text, "/")
	u, uerr := strconv.ParseUint(up, 10, 40)
	d, derr := strconv.ParseUint(down, 10, 40)
	if !ok || uerr != nil || derr != nil {
		return r, fmt.Errorf("%q is not up/down in KB a second, as 500/2000", text)
	}
	return transfer.Rate{Up: int64(u) << 10, Down: int64(d) << 10}, nil
}
