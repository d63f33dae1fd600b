package model

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"longshore/sites"
	"longshore/transfer/session"
)

// Words of the connection check, of import and export, and of the places for
// passwords.
const (
	wordCheckButton  = "Check…"
	wordPickFile     = "Choose a file"
	wordCheckFolder  = "The folder to try is a full path that begins with a slash"
	wordCureQuick    = "Done for this server"
	wordLearned      = "what is known about the server"
	wordNoCheck      = "The connection check is not available here"
	wordNoServerYet  = "This tab has no server yet"
	wordOneTransfer  = "Select one transfer"
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

func wordForgetLearned(e *Learned) string {
	text := fmt.Sprintf("Longshore forgets how %s wants to be spoken to, and finds it out again.", e.target.Host)
	if e.Pin != nil {
		text += " Your decision to trust its certificate is forgotten, too: you are asked again."
	}
	if e.was.TLSSeen {
		text += " That it has TLS is forgotten as well: a connection without it is no longer refused by itself."
	}
	return text
}

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

// Words of import and export.
const (
	wordChooseFile    = "Choose a file first"
	wordExportName    = "Name a file to write to"
	wordImporting     = "The import is running"
	wordLeftOut       = "left out: "
	wordMasterWrong   = "The master password is wrong"
	wordNoSites       = "There are no saved sites"
	wordNothingTicked = "Tick at least one site"
	wordNotTicked     = "Not ticked"
)

// Words that the cards of import and export show as they are.
const (
	WordImportNone   = "No sites of other programs were found in their usual places. Choose a file below."
	WordImportFound  = "Found on this computer"
	WordImportFormat = "FileZilla, lftp, NcFTP, gFTP, WinSCP.ini, Cyberduck, rclone, netrc, or a file that Longshore exported."
	WordImportMaster = "Some passwords in it need the other program's master password. Without it you are asked for them later."
	WordExportText   = "All saved sites are written, without their passwords: each of them asks for its own."
)

// StoreWord names a place for passwords within a sentence.
func StoreWord(s sites.Store) string {
	switch s {
	case sites.StoreKeyring:
		return "the system's keyring"
	case sites.StoreVault:
		return "the encrypted vault"
	}
	return "memory until you quit"
}

// StoreChoice names a place for passwords in a list to choose from.
func StoreChoice(s sites.Store) string {
	switch s {
	case sites.StoreKeyring:
		return "The system's keyring"
	case sites.StoreVault:
		return "The encrypted vault"
	}
	return "Nowhere: ask each time"
}

// Line sums up what was found in a file.
func (i *Import) Line() string {
	n, passwords := i.Ticked()
	line := fmt.Sprintf("%s: %s, %s to import", i.Format, Count(len(i.Rows), "site", "sites"), FormatNumber(n))
	if passwords > 0 {
		line += ", " + Count(passwords, "password", "passwords")
	}
	if i.Truncated {
		line += "; the file has more than can be taken over"
	}
	return line
}

func wordImportFailed(path string, err error) string {
	switch {
	case errors.Is(err, sites.ErrFormat), errors.Is(err, sites.ErrEncrypted), errors.Is(err, sites.ErrTooLarge):
		return fmt.Sprintf("%q: %s", path, err)
	}
	return Sentence(localWords(err))
}

func wordSavedAlready(s sites.Site) string { return fmt.Sprintf("Saved already as %q", s.Path()) }
func wordTwice(first string) string        { return fmt.Sprintf("The same as %q", first) }

func wordExportFailed(path string, err error) string {
	return fmt.Sprintf("%q was not written. %s", path, localWords(err))
}

func wordExported(n int, path string) Message {
	return Message{Grade: GradeGood, What: fmt.Sprintf("%s written to %s, without passwords", Count(n, "site was", "sites were"), path)}
}

// Words of the places for passwords.
const (
	wordAgain          = "Try again"
	wordAskEachTime    = "Ask every time"
	wordNoKeyring      = "This computer has no keyring to save passwords in. Longshore can keep them in an encrypted vault of its own."
	wordNoKeyringTitle = "No system keyring here"
	wordProtect        = "Protect with a master password"
	wordCreateKeyring  = "Create a keyring"
	wordCreateVault    = "Create the vault…"
	wordMaster         = "Master password"
	wordMasterDiffers  = "The two passwords are not the same"
	wordMasterShort    = "The master password has at least 8 characters"
	wordStoreWorks     = "A password was stored, read back and deleted: it works"
	wordTypeInstead    = "Type the password instead"
	wordUnlock         = "Unlock…"
	wordUnlockNow      = "Unlock"
	wordUnlockTitle    = "Unlock the vault"
	wordUseVault       = "Use an encrypted vault"
	wordVaultNone      = "There is no vault yet. A master password will protect it"
	wordWaitKeyring    = "Waiting for your keyring to be unlocked…"
)

// Words that the cards about passwords show as they are.
const (
	WordVaultText  = "The vault is a file that only the master password opens. Nobody can help you if you forget it: the passwords in it are lost then."
	WordMasterLeft = "Write the master password down in a safe place."
)

func wordUnlockText(t session.Target) string {
	return fmt.Sprintf("The password for %s is in the encrypted vault.", t)
}

func wordMoved(n int, to sites.Store) Message {
	return Message{Grade: GradeGood, What: Count(n, "password was", "passwords were") + " moved to " + StoreWord(to)}
}

// wordRemark names a few of the sites that something is to be said about.
func wordRemark(names []string, remark string) string {
	const few = 4
	var quoted []string
	for _, n := range names[:min(len(names), few)] {
		quoted = append(quoted, fmt.Sprintf("%q", n))
	}
	who := strings.Join(quoted, ", ")
	if len(names) > few {
		who += " and " + FormatNumber(len(names)-few) + " more"
	}
	return who + ": " + remark
}

func wordSaveIn(s sites.Store) string { return "Save the password in " + StoreWord(s) }

// TransferCounts are the choices for how many transfers run at once, as the
// settings keep them, with their words for all servers together and for each.
func TransferCounts() (values, all, each []string) {
	values, all, each = []string{"0"}, []string{"Automatic: as many as are fastest"}, []string{"Automatic: as many as it bears"}
	for n := 1; n <= 10; n++ {
		number := strconv.Itoa(n)
		values, all, each = append(values, number), append(all, number), append(each, number)
	}
	return values, all, each
}
