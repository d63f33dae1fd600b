package model

import (
	"fmt"

	"longshore/sites"
	"longshore/transfer/session"
)

// Words of the connection check, of import and export, and of the places for
// passwords.
const (
	wordCheckButton  = "Check…"
	wordCheckFolder  = "The folder to try is a full path that begins with a slash"
	wordCureQuick    = "Done for this server"
	wordLearned      = "what is known about the server"
	wordNoCheck      = "The connection check is not available here"
	wordNoServerYet  = "This tab has no server yet"
	wordReportCopied = "The report is in the clipboard. It holds no passwords"
	wordSites        = "the list of sites"
	wordSiteGone     = "The site is not there any more"
)

// Words that the cards of this file's subjects show as they are.
const (
	WordCheckWrite    = "Try writing: upload, resume, rename and delete a small file in"
	WordCheckParallel = "Try several connections at once"
	WordParallelTitle = "Open several connections at once?"
	WordNothingKnown  = "Nothing yet"
	WordLearnedTitle  = "What we learned about this server"
	WordCures         = "What may help"
)

// WordParallelText tells what the test of several connections may do.
func (c *Check) WordParallelText() string {
	return fmt.Sprintf("The check opens up to %d connections to %s and closes them again. Some hosts take that for an attack and turn this computer away for a while.",
		checkParallel, c.Target.Host)
}

func wordCureSite(s sites.Site) string { return fmt.Sprintf("Saved in %q", s.Name) }

func wordVouched(t session.Target) Message {
	return Message{Grade: GradeGood,
		What: fmt.Sprintf("This system now vouches for the certificate of %s. Your own decision about it is no longer needed and was dropped.", t.Host)}
}

// StepWords are the sentence of a step of the connection check, and what the
// server said and may help, in a second paragraph.
func StepWords(s session.CheckStep) (text, more string) {
	text = Sentence(s.Text)
	if s.Grade == session.Running {
		text = "…"
	}
	if s.Server != "" && (s.Grade == session.Red || s.Grade == session.Amber) {
		more = "It said: " + s.Server
	}
	if s.Next != "" {
		if more != "" {
			more += "\n"
		}
		more += Sentence(s.Next)
	}
	return text, more
}
