package transfer

import (
	"fmt"
	"slices"
	"time"

	"longshore/transfer/session"
)

// ItemID names an Item for as long as the journal lives; never used twice.
type ItemID uint64

// Rev counts changes of state. A reader that saw Rev n asks for what came later.
type Rev uint64

// Direction is what an Item does.
type Direction uint8

// The directions.
const (
	Upload Direction = iota
	Download
	Remove // delete at the server, folders with all they hold, links never followed
)

var directionNames = [...]string{"upload", "download", "remove"}

func (d Direction) String() string {
	if int(d) < len(directionNames) {
		return directionNames[d]
	}
	return fmt.Sprintf("direction(%d)", uint8(d))
}

// State is where an Item stands. moves in this file lists what may follow what.
type State uint8

// The states.
const (
	Waiting    State = iota // in line for a session
	Connecting              // a slot took it and waits for its session
	Running                 // bytes move, or a folder is walked
	Verifying               // all bytes moved; sizes or digests are compared
	Asking                  // a question is out; holds no session
	Retrying                // waits until NotBefore
	Paused                  // by the user
	Done
	Skipped
	Failed
	Cancelled
	stateCount
)

// Ended reports whether nothing more will happen by itself.
func (s State) Ended() bool { return s == Done || s == Skipped || s == Failed || s == Cancelled }

// Active reports whether a slot works on it.
func (s State) Active() bool { return s == Connecting || s == Running || s == Verifying }

var stateNames = [stateCount]string{"waiting", "connecting", "running", "verifying", "asking",
	"retrying", "paused", "done", "skipped", "failed", "cancelled"}

func (s State) String() string {
	if s < stateCount {
		return stateNames[s]
	}
	return fmt.Sprintf("state(%d)", uint8(s))
}

// moves lists what may follow what; everything else is refused by Queue.set.
// A folder whose walk is over runs as long as its children do, without a
// slot, which is why it may go from Waiting to Running at once.
var moves = [stateCount][]State{
	Waiting:    {Connecting, Running, Asking, Paused, Failed, Cancelled},
	Connecting: {Running, Waiting, Asking, Retrying, Paused, Failed, Cancelled},
	Running:    {Verifying, Done, Skipped, Asking, Retrying, Waiting, Paused, Failed, Cancelled},
	Verifying:  {Done, Retrying, Waiting, Paused, Failed, Cancelled},
	Asking:     {Waiting, Skipped, Paused, Failed, Cancelled},
	Retrying:   {Waiting, Asking, Paused, Failed, Cancelled},
	Paused:     {Waiting, Done, Failed, Cancelled}, // Done: it was through before the pause took effect
	Done:       {Waiting},                          // by Verify
	Skipped:    {Waiting},                          // by Retry, as the two below
	Failed:     {Waiting},
	Cancelled:  {Waiting},
}

// May reports whether to may follow s.
func (s State) May(to State) bool { return s < stateCount && slices.Contains(moves[s], to) }

// Exists is what to do when the target is already there.
type Exists uint8

// The choices. The conditional ones skip where the condition does not hold.
const (
	Ask Exists = iota
	Overwrite
	Newer       // overwrite if the source is newer
	SizeDiffers // overwrite if the sizes differ
	NewerOrSize // either
	Resume      // go on from the target's end where that fits
	Rename      // a free name beside it
	Skip
	Fail // an error, for scripts
)

// Check says how a finished transfer was checked.
type Check uint8

// The checks, weakest first.
const (
	NotChecked   Check = iota // not yet, or a folder
	NotCheckable              // CheckNote says why
	SizeMatches
	Verified // a digest of the server equals ours; CheckNote names it
)

var checkNames = [...]string{"not checked", "not checkable", "size matches", "verified"}

func (c Check) String() string {
	if int(c) < len(checkNames) {
		return checkNames[c]
	}
	return fmt.Sprintf("check(%d)", uint8(c))
}

// Options are the rules for an Item; a folder's are handed to what is in it.
type Options struct {
	Exists     Exists    `json:"exists,omitempty"`
	KeepTimes  bool      `json:"keep_times,omitempty"`
	SafeUpload bool      `json:"safe_upload,omitempty"` // upload beside, check, rename over
	KeepBackup bool      `json:"keep_backup,omitempty"` // of the file that SafeUpload replaces
	Digest     bool      `json:"digest,omitempty"`      // compare digests where the server has them
	ReadBack   bool      `json:"read_back,omitempty"`   // read an upload again and compare
	KeepMode   bool      `json:"keep_mode,omitempty"`   // permissions, by SITE CHMOD or chmod
	Skip       []string  `json:"skip,omitempty"`        // gitignore patterns
	Links      Links     `json:"links,omitempty"`       // what becomes of symbolic links in a folder
	Priority   int       `json:"priority,omitempty"`    // higher first
	NotBefore  time.Time `json:"not_before,omitzero"`   // start later
	Segments   int       `json:"segments,omitempty"`    // sessions for one big download, 1–8; 0: as many as make it faster
}

// Request is what Queue.Add takes: one file or folder to move.
type Request struct {
	Direction Direction
	Folder    bool
	Target    session.Target
	Local     string // absolute path of the file or folder on this machine; "" for Remove
	Remote    string // absolute path of it at the server
	Size      int64  // if known from a listing, else -1
	ModTime   time.Time
	Seen      bool // a download's Size and ModTime were asked of the server just now, and the time is exact
	Options   Options
}

// Item is a copy of one piece of work as it stands; the Queue owns the original.
type Item struct {
	ID     ItemID
	Parent ItemID // the folder it came from, 0: asked for itself
	Request

	State                 State
	Held                  bool  // Waiting since a crash, until Queue.Release or an order about it
	Moved                 int64 // bytes at the target
	Attempts              int   // failed ones since there last was progress
	NotBefore             time.Time
	Err                   *Failure  // the last failure, also while Retrying
	Question              *Question // set while Asking
	Check                 Check
	CheckNote             string
	Added, Started, Ended time.Time

	Rate  float64 // bytes a second to show, 0 when not Running
	Total *Totals // folders only: what is in it so far
	Rev   Rev
}

// Totals sums up a folder, or the whole queue.
type Totals struct {
	Walking                              bool // more may come
	Files, Done, Failed, Skipped, Active int
	Bytes, Moved                         int64
	Refused                              []string // names that were not taken, with the reason; the first 100, and notices
	RefusedMore                          int      // how many beyond those
}

// Failure is an error as the queue keeps it: no live objects, safe to store.
type Failure struct {
	Kind  session.Kind `json:"kind"`
	Step  string       `json:"step,omitempty"`
	Path  string       `json:"path,omitempty"`
	Code  int          `json:"code,omitempty"`
	Text  string       `json:"text,omitempty"`  // the server's words
	Cause string       `json:"cause,omitempty"` // ours
}

// QuestionID numbers questions; an answer to an old one is refused.
type QuestionID uint64

// QuestionKind is what is asked.
type QuestionKind uint8

// The kinds of question. All but AskExists are about a server and stand for
// all Items of that server that wait for the answer.
const (
	AskExists QuestionKind = iota
	AskPassword
	AskCertificate
	AskPlain     // may the password cross the network unencrypted?
	AskDowngrade // TLS was there before and is not now
)

// Question is put by state, not by a call: Items in Asking carry it until
// Queue.Answer, and the program may end and start again in between.
type Question struct {
	ID          QuestionID
	Kind        QuestionKind
	Target      session.Target
	Certificate *session.Certificate `json:",omitempty"`
	Text        string               // the server's words, for a refused password

	// AskExists only: both sides as they were seen.
	SourceSize, TargetSize int64
	SourceTime, TargetTime time.Time
	CanResume              bool
}

// Answer settles a Question. Password and certificate answers change what
// session.Env says, so here they only need Retry; nothing secret comes by.
type Answer struct {
	Exists  Exists // AskExists: any choice but Ask
	All     bool   // AskExists: also for the other and later Items of this batch with the same direction
	Retry   bool   // the other kinds: try again, the Env knows more now
	Decline bool   // the other kinds: fail the Items
}
