package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"longshore/sites"
	"longshore/transfer/session"
)

// place is a PLACE of the command line.
type place struct {
	target session.Target
	path   string      // absolute, without a slash at the end but for "/"
	slash  bool        // it was written with a slash at the end: the folder's contents are meant
	site   *sites.Site // of SITE:/path, else nil
}

// String is the place without secrets.
func (a place) String() string { return a.target.URL(a.path) }

// key tells places apart, also by what a slash at the end means.
func (a place) key() string { return fmt.Sprintf("%s %q %v", a.target.Key(), a.path, a.slash) }

// base is the last name of the path, "" for "/".
func (a place) base() string {
	if a.path == "/" {
		return ""
	}
	return path.Base(a.path)
}

// place reads a URL, or SITE:/path with the name of a saved site. A password
// in a URL is used, but everybody on this machine could read it.
func (p *program) place(s string) (place, error) {
	var a place
	var err error
	if strings.Contains(s, "://") {
		var password string
		if a.target, a.path, password, err = session.ParsePlace(s); err != nil {
			return a, usage("%v", err)
		}
		if password != "" {
			p.warnOnce("password", wordsPasswordInURL)
			p.secrets.Type(a.target, password)
		}
	} else if a, err = p.sitePlace(s); err != nil {
		return a, err
	}
	if p.options.tlsMax != "" {
		a.target.TLSMax = p.options.tlsMax
	}
	a.slash = len(a.path) > 1 && strings.HasSuffix(a.path, "/")
	a.path = strings.TrimSuffix(a.path, "/")
	if a.path == "" {
		a.path, a.slash = "/", true
	}
	return a, nil
}

// sitePlace reads SITE:/path. A site's name may hold colons, so the path
// begins at the first ":/"; without a path the site's own folder is meant.
func (p *program) sitePlace(s string) (place, error) {
	name, file, found := strings.Cut(s, ":/")
	file = "/" + file
	if !found {
		if name, found = strings.CutSuffix(s, ":"); !found {
			return place{}, usage("%q is no place: write ftp://host/path or SITE:/path", s)
		}
		file = ""
	}
	site, err := p.book.FindByName(name)
	if err != nil {
		if errors.Is(err, sites.ErrNoSite) {
			return place{}, usage("there is no saved site %q; \"longshorectl sites ls\" lists them", name)
		}
		return place{}, usage("%v", err)
	}
	if file == "" {
		file = site.RemoteDir + "/"
	}
	if strings.ContainsAny(file, "\x00\r\n") {
		return place{}, usage("the path %q holds a line end or NUL, which no FTP command can carry", file)
	}
	slash := strings.HasSuffix(file, "/")
	file = path.Clean("/" + file)
	if slash && file != "/" {
		file += "/"
	}
	return place{target: site.TargetOf(), path: file, site: &site}, nil
}

// places reads several, all or none.
func (p *program) places(args []string) ([]place, error) {
	all := make([]place, 0, len(args))
	for _, s := range args {
		a, err := p.place(s)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// sameServer makes sure that one session reaches all of them.
func sameServer(a, b place) error {
	if a.target.Key() != b.target.Key() {
		return usage("%s and %s are not the same server and account", a, b)
	}
	return nil
}

// named is an error about one place.
func named(a place, err error) error { return fmt.Errorf("%s: %w", a, err) }
