package model

import (
	"fmt"
	"strings"

	"longshore/sites"
	"longshore/transfer/listing"
)

// askRaw sends one line to the server, for those who know FTP.
func (a *App) askRaw() {
	t := a.Tab()
	x := &Question{About: AskText, Title: "Send a command to " + t.Target.String(), Field: "Command", tab: t,
		Text:  []string{"The reply appears here and in the log. Commands that open a data connection do not work here."},
		Check: checkRaw}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline},
		{Label: "Send", Role: Default, Do: func(r Reply) { t.raw(r.Text) }},
	}
	a.Questions.add(x)
}

func checkRaw(line string) string {
	if strings.TrimSpace(line) == "" {
		return "Type a command, such as STAT or SITE HELP"
	}
	return ""
}

func (t *Tab) raw(line string) {
	server, ctx := t.server, t.app.deps.Context
	if server == nil {
		return
	}
	t.app.deps.Go(func() {
		code, text, err := server.Raw(ctx, line)
		t.app.deps.Do(func() {
			if err != nil {
				t.app.Alert(explain(err))
				return
			}
			t.app.Alert(Message{What: fmt.Sprintf("Reply %d", code), Server: listing.Escape(text)})
		})
	})
}

// showServer tells what is known about the connection.
func (a *App) showServer() {
	t := a.Tab()
	x := &Question{About: AskText, Title: "About " + t.Target.String(), tab: t, Facts: t.facts()}
	x.Choices = []Choice{{Label: "Close", Role: Default}}
	a.Questions.add(x)
}

func (t *Tab) facts() []Fact {
	i := t.Info
	facts := []Fact{
		{"Address", t.Target.Addr()},
		{"Software", listing.Escape(i.Software)},
		{"Greeting", listing.Escape(firstLine(i.Greeting))},
	}
	if i.TLS == "" {
		facts = append(facts, Fact{"Encryption", "none: everything can be read on the way"})
	} else {
		facts = append(facts, Fact{"Encryption", i.TLS + ", " + i.Cipher})
	}
	if c := i.Certificate; c != nil {
		facts = append(facts, Fact{"Certificate", listing.Escape(c.Subject)}, Fact{"SHA-256", Fingerprint(c.SHA256)})
	}
	return append(facts, Fact{"Listing", string(i.ListMode)}, Fact{"Data connections", string(i.DataMode)},
		Fact{"Features", listing.Escape(strings.Join(i.Features, ", "))})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// needBookmark tells why the folders cannot be kept as a bookmark.
func (a *App) needBookmark() string {
	if why := a.needServer(); why != "" {
		return why
	}
	if _, ok := a.siteOf(a.Tab().Target.Site); !ok {
		return "Save the connection as a site first: bookmarks belong to sites"
	}
	return ""
}

func (a *App) askBookmark() {
	t := a.Tab()
	remote, local := t.Remote.Dir, t.Local.Dir
	x := &Question{About: AskText, Title: "Bookmark these folders", Field: "Name", Value: t.Remote.src.base(remote),
		Facts: []Fact{{"Server", listing.Escape(remote)}, {"Here", listing.Escape(local)}}, tab: t,
		Check: func(name string) string {
			if strings.TrimSpace(name) == "" {
				return wordNameEmpty
			}
			return ""
		}}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline},
		{Label: "Save", Role: Default, Do: func(r Reply) {
			a.addBookmark(t.Target.Site, sites.Bookmark{Name: strings.TrimSpace(r.Text), RemoteDir: remote, LocalDir: local})
		}},
	}
	a.Questions.add(x)
}

func (a *App) addBookmark(site string, b sites.Bookmark) {
	s, ok := a.siteOf(site)
	if !ok {
		return
	}
	s.Bookmarks = append(s.Bookmarks, b)
	a.storeSite(s, nil)
}

// Bookmarks are those of the active tab's site.
func (a *App) Bookmarks() []sites.Bookmark {
	if t := a.Tab(); t != nil {
		if s, ok := a.siteOf(t.Target.Site); ok {
			return s.Bookmarks
		}
	}
	return nil
}

// OpenBookmark goes to a pair of folders in the active tab.
func (a *App) OpenBookmark(b sites.Bookmark) {
	t := a.Tab()
	if t == nil {
		return
	}
	if b.LocalDir != "" {
		t.Local.Open(b.LocalDir)
	}
	if b.RemoteDir != "" && a.needServer() == "" {
		t.Remote.Open(b.RemoteDir)
	}
}

// storeSite saves a site beside the UI goroutine and then calls then, nil for
// nothing, with what was stored.
func (a *App) storeSite(s sites.Site, then func(sites.Site)) {
	a.deps.Go(func() {
		stored, err := a.deps.Sites.Put(s)
		a.deps.Do(func() {
			if err != nil {
				a.Alert(wordSaveFailed("the site", err))
				return
			}
			a.touch(PartSites | PartTabs)
			if then != nil {
				then(stored)
			}
		})
	})
}
