package model

import (
	"longshore/sites"
	"longshore/transfer/session"
)

// cure makes a button of an advice; nil if there is nothing to press here.
func (c *Check) cure(advice session.Advice) *Cure {
	x := &Cure{Label: advice.Text}
	switch advice.Remedy {
	case session.TrustCertificate:
		if c.refused == nil {
			return nil
		}
		x.do = func() { c.ask(c.app.Questions.server(AskCertificate, c.Target, c.refused, "")) }
	case session.EnterPassword:
		if c.Target.Anonymous() {
			x.do = c.edit
			return x
		}
		x.do = func() { c.ask(c.app.Questions.server(AskPassword, c.Target, nil, "")) }
	case session.AllowPlain:
		x.do = func() { c.ask(c.app.Questions.server(AskPlain, c.Target, nil, "")) }
	case session.EditSite, session.EnterAccount, session.ChooseCertificate:
		x.do = c.edit
	default:
		if _, changes := advice.Apply(c.Target); !changes {
			return nil
		}
		x.do = func() { c.apply(x, advice) }
	}
	return x
}

// ask has a question go on with another run of the check.
func (c *Check) ask(q *Question) {
	q.Deferred = false
	q.then = func() {
		if c.State != CheckRunning {
			c.Start()
		}
	}
}

func (c *Check) edit() {
	if c.Site.ID != "" {
		c.app.deps.Screen.EditSite(c.Site.ID)
		return
	}
	c.app.deps.Screen.EditNewSite(c.app.siteFor(c.Target))
}

// apply follows an advice: in the saved site, or, for a quick connection, in
// what is remembered about the server and in the tab that shows it.
func (c *Check) apply(x *Cure, advice session.Advice) {
	a := c.app
	target, _ := advice.Apply(c.Target)
	done := func(err error, words string) {
		if err != nil {
			a.Alert(wordSaveFailed(wordDecision, err))
			return
		}
		c.Target, x.Done = target, words
		if c.tab != nil {
			c.tab.Target = target
			c.tab.Site = c.Site
		}
		a.touch(PartSites)
		c.OnChange()
	}
	if c.Site.ID == "" {
		memory := a.deps.Memory
		a.deps.Go(func() {
			var err error
			if memory != nil {
				err = memory.SetLearned(target, learnedFrom(advice, target, memory.Recall(target)))
			}
			a.deps.Do(func() { done(err, wordCureQuick) })
		})
		return
	}
	site, ok := a.siteOf(c.Site.ID)
	if !ok {
		a.Alert(Message{Grade: GradeWarning, What: wordSiteGone})
		return
	}
	site = followAdvice(site, advice, target)
	a.deps.Go(func() {
		stored, err := a.deps.Sites.Put(site)
		a.deps.Do(func() {
			if err == nil {
				c.Site, target = stored, stored.TargetOf()
			}
			done(err, wordCureSite(stored))
		})
	})
}

// followAdvice takes what an advice changed in a Target over into the site.
func followAdvice(s sites.Site, advice session.Advice, t session.Target) sites.Site {
	switch advice.Remedy {
	case session.TrustPASVHost, session.IgnorePASVHost:
		s.TrustPASVHost = t.TrustPASVHost
	case session.OneConnection, session.FewerConnections:
		s.MaxSessions = t.MaxSessions
	case session.StayTLS12:
		s.TLSMax = t.TLSMax
	case session.UseExplicitTLS, session.UseImplicitTLS:
		s.Security, s.Port = t.Security, t.Port
	case session.UseEPSV, session.UsePASV, session.UsePassive, session.OtherPassiveMode:
		s.Data = t.Data
	case session.UseLIST:
		s.List = t.List
	case session.SetClock:
		if t.ClockOffset != nil {
			s.ServerTZ, s.TimeAdjust = "", -int(t.ClockOffset.Minutes())
		}
	}
	return s
}

// learnedFrom is followAdvice for a server that is not saved as a site.
func learnedFrom(advice session.Advice, t session.Target, l session.Learned) session.Learned {
	switch advice.Remedy {
	case session.OneConnection, session.FewerConnections:
		l.MaxSessions = t.MaxSessions
	case session.StayTLS12:
		l.TLS12 = true
	case session.UseEPSV, session.UsePASV, session.UsePassive, session.OtherPassiveMode:
		l.Data = t.Data
	case session.UseLIST:
		l.List = t.List
	case session.SetClock:
		l.ClockOffset = t.ClockOffset
	}
	return l
}
