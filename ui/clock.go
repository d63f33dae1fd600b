package ui

import "time"

type duration = time.Duration

// clockBeat is how often times that run down by themselves are drawn again.
const clockBeat = time.Second

// menuDelay lets the toolkit open the menu bar before it is closed again.
const menuDelay = 30 * time.Millisecond

// logKept is how many lines of the transcript can be looked at.
const logKept = 10000

func newTimer(d duration, f func()) *time.Timer { return time.AfterFunc(d, f) }
