package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"longshore/transfer/session"
	"longshore/ui/model"
)

// version is that of FyneApp.toml; a test compares them.
const version = "0.1.0"

// options are what the command line asks for.
type options struct {
	demo  bool
	state string
	probe string
	place string   // to open first, "" for none
	files []string // to show first, absolute
	alone string   // why the queue is kept in memory only, "" if it is on the disk
}

// errDone says that the command line was answered already.
var errDone = errors.New("nothing more to do")

func parseFlags(args []string) (options, error) {
	var o options
	flags := pflag.NewFlagSet("longshore", pflag.ContinueOnError)
	flags.BoolVar(&o.demo, "demo", false, "open with a demo server inside the program")
	flags.StringVar(&o.state, "state", "", "keep settings, sites and the queue under this `folder`")
	flags.StringVar(&o.probe, "probe", "", "answer a test robot at this unix `socket`")
	showVersion := flags.Bool("version", false, "print the version")
	flags.Usage = func() {
		fmt.Fprintf(os.Stderr, "usage: longshore [flags] [ftp://[user@]host[:port]/path | SITE] [/FILE | ./FILE]...\n%s", flags.FlagUsages())
	}
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		return o, errDone
	} else if err != nil {
		return o, err
	}
	if *showVersion {
		fmt.Println(model.VersionLine(version))
		return o, errDone
	}
	for _, arg := range flags.Args() {
		switch {
		case isFile(arg):
			file, err := filepath.Abs(arg)
			if err != nil {
				return o, err
			}
			o.files = append(o.files, file)
		case o.place == "":
			o.place = arg
		default:
			return o, fmt.Errorf("one place at most, not %q and %q", o.place, arg)
		}
	}
	return o, nil
}

// isFile tells a file of this machine from a place: a site may have any name,
// so a path must start as one.
func isFile(arg string) bool {
	return filepath.IsAbs(arg) || strings.HasPrefix(filepath.ToSlash(arg), "./") ||
		strings.HasPrefix(filepath.ToSlash(arg), "../") || arg == "." || arg == ".."
}

// isURL tells an address from a site's name.
func isURL(place string) bool {
	_, _, _, err := session.ParsePlace(place)
	return err == nil
}
