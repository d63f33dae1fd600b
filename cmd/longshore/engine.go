package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/session"
	"longshore/ui/model"
)

// closeWait is how long the queue may take to put its work down at the end;
// what it has not written by then is in the journal all the same.
const closeWait = 10 * time.Second

// engine is everything but the window.
type engine struct {
	o        options
	paths    sites.Paths
	book     *sites.Book
	known    *sites.KnownServers
	settings *sites.SettingsFile
	secrets  *sites.Secrets
	vault    *sites.FileVault
	log      *model.Log
	logFile  *logFile
	env      *session.Env
	dropped  dropped
	pool     *session.Pool
	queue    *transfer.Queue
	demo     *demo
}

func openEngine(o options) (_ *engine, err error) {
	e := &engine{o: o, log: model.NewLog(10000)}
	defer func() {
		if err != nil {
			e.close()
		}
	}()
	if e.paths, err = pathsFor(o); err != nil {
		return nil, err
	}
	if err = e.paths.Make(); err != nil {
		return nil, err
	}
	if err = e.load(); err != nil {
		return nil, err
	}
	if err = e.join(); err != nil {
		return nil, err
	}
	if o.demo { // after the queue: it is the queue's owner who may have the demo
		if e.demo, err = startDemo(filepath.Join(e.paths.State, "demo"), e.book, e.known, e.settings); err != nil {
			return nil, fmt.Errorf("demo server: %w", err)
		}
	}
	return e, nil
}

// pathsFor keeps the demo's things apart from the user's own.
func pathsFor(o options) (sites.Paths, error) {
	if o.state != "" {
		return sites.PathsUnder(o.state), nil
	}
	paths, err := sites.DefaultPaths()
	if err == nil && o.demo {
		paths = sites.PathsUnder(filepath.Join(paths.State, "demonstration"))
	}
	return paths, err
}

func (e *engine) load() (err error) {
	if e.book, err = sites.LoadBook(e.paths.SitesFile()); err != nil {
		return err
	}
	if e.known, err = sites.LoadKnownServers(e.paths.KnownServersFile()); err != nil {
		return err
	}
	e.settings, err = sites.LoadSettings(e.paths.SettingsFile())
	return err
}

func (e *engine) join() (err error) {
	s := e.settings.Get()
	if e.vault, err = sites.LoadFileVault(e.paths.VaultFile()); err != nil {
		return err
	}
	e.vault.SetIdle(time.Duration(s.VaultIdle) * time.Minute)
	e.secrets = sites.NewSecrets(e.book, sites.NewKeyring(), e.vault)
	e.secrets.UseSettings(e.settings)
	e.logFile = newLogFile(e.paths.LogDir(), logFileSize)
	e.env, err = sites.NewEnv(sites.EnvOptions{Secrets: e.secrets, Known: e.known, Log: e.note, Timeout: s.TimeoutOf(), Dropped: e.dropped.tell})
	if err != nil {
		return err
	}
	e.pool = session.NewPool(e.env)
	cfg := transfer.Config{Dir: e.paths.QueueDir(), Leaser: transfer.NewLeaser(e.pool),
		Slots: slotsOf(s), PerSite: s.PerSite, Limit: limitsOf(s, e.book.Sites()), Retries: s.Retries,
		HoldAfterCrash: !s.ResumeAfterCrash, History: historyOf(s)}
	if e.o.alone != "" {
		cfg.Dir, cfg.Unkept = "", e.o.alone
	}
	e.queue, err = transfer.Open(cfg)
	return err
}

// note writes a line of the transcript to the log tab and to the disk.
func (e *engine) note(line session.Line) {
	e.log.Add(line)
	e.logFile.add(line)
}

// slotsOf is how many transfers run at once as the queue wants it.
func slotsOf(s sites.Settings) int { return cmp.Or(s.Slots, transfer.Auto) }

// historyOf is how long the queue keeps what has ended.
func historyOf(s sites.Settings) transfer.History {
	return transfer.History{Items: s.HistoryItems, Age: time.Duration(s.HistoryDays) * 24 * time.Hour}
}

// limitsOf joins the limits of all transfers with those of the saved sites.
func limitsOf(s sites.Settings, saved []sites.Site) transfer.Limits {
	l := transfer.Limits{Rate: transfer.Rate{Up: s.LimitUp, Down: s.LimitDown},
		Sites: map[string]transfer.Rate{}, SiteSchedules: map[string][]transfer.Window{}}
	for _, site := range saved {
		if r := (transfer.Rate{Up: site.LimitUp, Down: site.LimitDown}); r != (transfer.Rate{}) {
			l.Sites[site.ID] = r
		}
		if ws, err := model.ParseSchedule(site.Schedule); err == nil && len(ws) > 0 {
			l.SiteSchedules[site.ID] = ws
		}
	}
	l.Schedule, _ = model.ParseSchedule(s.Schedule) // what cannot be read was refused when it was typed
	return l
}

// deps are what the window is given.
func (e *engine) deps() model.Deps {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	return model.Deps{Queue: e.queue, Sites: e.book, Passwords: e.secrets, Trust: e.known, Memory: e.known,
		Check: model.CheckWith(e.env), Settings: e.settings, Log: e.log, Home: home,
		Open:     func(t session.Target) model.Server { return model.Browse(e.pool.NewBrowser(t)) },
		Restored: e.queue.Restored,
		Tune: func(s sites.Settings) {
			e.queue.SetSlots(slotsOf(s))
			e.queue.SetPerSite(s.PerSite)
			e.queue.SetHistory(historyOf(s))
			e.queue.SetLimits(limitsOf(s, e.book.Sites()))
			e.vault.SetIdle(time.Duration(s.VaultIdle) * time.Minute)
		}}
}

// greet opens what the command line asked for and tells what the user should
// know about the files that were read.
func (e *engine) greet(m *model.App) {
	for _, notice := range []string{e.book.Notice(), e.known.Notice(), e.settings.Notice(), e.vault.Notice()} {
		if notice != "" {
			m.Alert(model.Message{Grade: model.GradeWarning, What: model.Sentence(notice)})
		}
	}
	e.dropped.attach(m)
	m.TidyPasswords()
	if e.o.alone != "" {
		m.Alert(model.Message{Grade: model.GradeError, What: "The queue of this window is not kept: what is not done when you quit is forgotten",
			Hint: model.Sentence(e.o.alone)})
	}
	if e.o.place == "" && e.demo != nil {
		m.ConnectSite(e.demo.site)
	}
	e.show(m, errand{e.o.place, e.o.files})
}

// show does what a start of the program was for, this one or a later one.
func (e *engine) show(m *model.App, job errand) {
	if job.Place != "" {
		e.openPlace(m, job.Place)
	}
	m.Reveal(job.Files)
}

func (e *engine) openPlace(m *model.App, place string) {
	if isURL(place) {
		if err := m.QuickConnect(model.Quick{Host: place}); err != nil {
			m.Alert(model.Message{Grade: model.GradeError, What: model.Sentence(err.Error())})
		}
		return
	}
	s, err := e.book.FindByName(place)
	if err != nil {
		m.Alert(model.Message{Grade: model.GradeError, What: model.Sentence(err.Error())})
		return
	}
	m.ConnectSite(s)
}

// close ends everything in the reverse of the order in which it began.
func (e *engine) close() {
	if e.queue != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeWait)
		defer cancel()
		if err := e.queue.Close(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "longshore:", err)
		}
	}
	if e.pool != nil {
		e.pool.Close()
	}
	if e.secrets != nil {
		if err := e.secrets.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "longshore:", err)
		}
	}
	if e.demo != nil {
		e.demo.close()
	}
	if e.logFile != nil {
		e.logFile.close()
	}
}
