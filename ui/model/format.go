package model

import (
	"fmt"
	"path"
	"strings"
	"time"

	"longshore/transfer/listing"
)

var sizeUnits = [...]string{"B", "KB", "MB", "GB", "TB", "PB", "EB"}

// FormatSize writes a number of bytes for people: "412 B", "18.3 KB". One KB
// is 1024 bytes. A negative size is not known and becomes "".
func FormatSize(n int64) string {
	if n < 0 {
		return ""
	}
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	f, unit := float64(n), 0
	for f >= 1023.95 && unit < len(sizeUnits)-1 {
		f /= 1024
		unit++
	}
	return fmt.Sprintf("%.1f %s", f, sizeUnits[unit])
}

// FormatRate writes bytes a second; nothing moves: "".
func FormatRate(bytesPerSecond float64) string {
	if bytesPerSecond < 1 {
		return ""
	}
	return FormatSize(int64(bytesPerSecond)) + "/s"
}

// FormatTime writes a time in the user's zone, to the minute; zero is "".
func FormatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}

// FormatLeft writes how long something will still take: "00:04 left".
func FormatLeft(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d <= 0:
		return ""
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days left", int(d.Hours()/24))
	case d >= time.Hour:
		return fmt.Sprintf("%d:%02d:%02d left", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	}
	return fmt.Sprintf("%02d:%02d left", int(d.Minutes()), int(d.Seconds())%60)
}

// Left estimates the time for the bytes that remain at a rate.
func Left(bytes int64, rate float64) time.Duration {
	if bytes <= 0 || rate < 1 {
		return 0
	}
	seconds := float64(bytes) / rate
	if seconds > 100*24*3600 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

// FormatType names what an entry is: "Folder", "HTML file".
func FormatType(e listing.Entry) string {
	switch e.Type {
	case listing.Dir:
		return "Folder"
	case listing.Link:
		return "Link"
	case listing.Other:
		return "Special"
	}
	ext := strings.TrimPrefix(path.Ext(e.Name), ".")
	if ext == "" || len(ext) > 12 {
		return "File"
	}
	return strings.ToUpper(ext) + " file"
}

// Count writes a number with its noun: "1 file", "12,000 files".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return FormatNumber(n) + " " + many
}

// FormatNumber groups the digits by thousands.
func FormatNumber(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
