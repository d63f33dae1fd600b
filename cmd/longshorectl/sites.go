package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// manageSites shows and changes the saved sites.
func manageSites(ctx context.Context, p *program, args []string) error {
	actions := map[string]struct {
		args int
		run  func(context.Context, *program, []string) error
	}{"ls": {0, listSites}, "add": {2, addSite}, "rm": {1, removeSite}, "import": {1, importSites}, "export": {1, exportSites}}
	action, ok := actions[args[0]]
	if !ok || len(args)-1 != action.args {
		return usage("it is sites ls, sites add NAME PLACE, sites rm NAME, sites import FILE or sites export FILE")
	}
	return action.run(ctx, p, args[1:])
}

// siteRow is a row of sites ls --json.
type siteRow struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Password string `json:"password"` // where it is kept: none, keyring, vault
}

func listSites(_ context.Context, p *program, _ []string) error {
	for _, s := range p.book.Sites() {
		url := s.TargetOf().URL("/" + strings.TrimPrefix(s.RemoteDir, "/"))
		if p.options.json {
			p.report.json(siteRow{s.Path(), url, string(s.Password.Store)})
			continue
		}
		p.line("%-24s %s", listing.Escape(s.Path()), listing.Escape(url))
	}
	return nil
}

// addSite saves a place under NAME or Folder/NAME. The password comes from
// --password-stdin or the URL and goes to the keyring.
func addSite(ctx context.Context, p *program, args []string) error {
	if strings.Contains(args[1], "://") && strings.Contains(args[0], ":") {
		return usage("a site's name has no colon")
	}
	a, err := p.place(args[1])
	if err != nil {
		return err
	}
	if _, err := p.book.FindByName(args[0]); err == nil {
		return fmt.Errorf("a site %q is saved already", args[0])
	}
	folder := strings.Split(args[0], "/")
	s := sites.NewSite(folder[len(folder)-1], a.target.Host)
	s.Folder = folder[:len(folder)-1]
	s.Port, s.Security, s.User, s.TLSMax = a.target.Port, a.target.Security, a.target.User, a.target.TLSMax
	s.Logon = sites.AskLogon
	if a.target.Anonymous() {
		s.Logon = sites.Anonymous
	}
	if a.path != "/" {
		s.RemoteDir = a.path
	}
	if err := p.passwordFromStdin(a.target); err != nil {
		return err
	}
	password, err := p.secrets.Password(ctx, a.target)
	if errors.Is(err, session.ErrNoPassword) || a.target.Anonymous() {
		_, err = p.book.Put(s)
		return wrongField(err)
	}
	if err != nil {
		return err
	}
	stored, err := p.secrets.SavePassword(ctx, s, sites.StoreKeyring, password)
	if err != nil && stored.ID != "" {
		p.warn("the site is saved without its password: %v", err)
		return nil
	}
	return wrongField(err)
}

// wrongField makes an error about a field one of usage.
func wrongField(err error) error {
	if _, ok := errors.AsType[*sites.FieldError](err); ok {
		return usage("%v", err)
	}
	return err
}

func removeSite(ctx context.Context, p *program, args []string) error {
	s, err := p.book.FindByName(args[0])
	if err != nil {
		return err
	}
	return p.secrets.DeleteSite(ctx, s.ID)
}

// importSites takes over another program's sites; their passwords go to the
// keyring. What was not taken over is named.
func importSites(ctx context.Context, p *program, args []string) error {
	data, err := sites.ReadFile(args[0])
	if err != nil {
		return err
	}
	in, err := sites.Import(filepath.Base(args[0]), data)
	if err != nil {
		return err
	}
	taken, skipped := 0, 0
	for _, found := range in.Sites {
		name := listing.Escape(found.Site.Path())
		if found.Skipped != "" {
			p.report.note(fmt.Sprintf("skipped %s: %s", name, listing.Escape(found.Skipped)))
			skipped++
			continue
		}
		for _, note := range found.Notes {
			p.say("%s: %s", name, listing.Escape(note))
		}
		if err := p.importSite(ctx, found); err != nil {
			p.report.note(fmt.Sprintf("%s: %s", name, explain(err)))
			skipped++
			continue
		}
		taken++
	}
	p.say("%s taken over from %s", plural(taken, "site"), in.Format)
	if skipped > 0 {
		return errSome
	}
	return nil
}

func (p *program) importSite(ctx context.Context, found sites.ImportedSite) error {
	if found.Password == "" {
		_, err := p.book.Put(found.Site)
		return err
	}
	stored, err := p.secrets.SavePassword(ctx, found.Site, sites.StoreKeyring, found.Password)
	if err != nil && stored.ID != "" {
		p.warn("%s is saved without its password: %v", listing.Escape(found.Site.Path()), err)
		return nil
	}
	return err
}

// exportSites writes all sites without passwords, as FileZilla has them if the
// file ends in .xml. "-" is standard output.
func exportSites(_ context.Context, p *program, args []string) error {
	var data []byte
	var err error
	if strings.EqualFold(filepath.Ext(args[0]), ".xml") {
		data, err = sites.ExportFileZilla(p.book.Sites())
	} else {
		data, err = sites.Export(p.book.Sites(), p.book.Folders())
	}
	if err != nil {
		return err
	}
	if args[0] == "-" {
		_, err = p.console.out.Write(data)
		return err
	}
	if _, err := os.Lstat(args[0]); err == nil && p.options.rule != transfer.Overwrite {
		return fmt.Errorf("%q is there already; --exists overwrite replaces it", args[0])
	}
	return sites.WriteFile(args[0], data)
}
