package main

import (
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"longshore/transfer"
)

// options are the flags. Those in onlySome belong to some commands; the others
// to all, so that a script can give them everywhere.
type options struct {
	state         string
	passwordStdin bool
	ca            string
	pins          []string
	insecure      bool
	tlsMax        string
	timeout       time.Duration
	json          bool
	quiet         bool
	verbose       bool
	help          bool

	sessions int
	segments int
	exists   string
	retries  int
	limit    string
	links    string

	all, recursive, parents bool
	tree                    bool
	name                    string
	write, parallel         bool

	rule    transfer.Exists // of exists
	linked  transfer.Links  // of links
	rate    int64           // of limit, bytes a second
	changed []string        // names of the flags that were given
}

var onlySome = []string{"all", "tree", "name", "recursive", "parents", "write", "parallel"}

func flagSet(o *options) *pflag.FlagSet {
	f := pflag.NewFlagSet("longshorectl", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.SortFlags = false
	f.BoolVarP(&o.recursive, "recursive", "r", false, "folders too, with all they hold (get, put, rm)")
	f.BoolVarP(&o.all, "all", "a", false, "names that begin with a dot too (ls)")
	f.BoolVarP(&o.tree, "tree", "R", false, "the folders below too, each row with its path (ls)")
	f.StringVar(&o.name, "name", "", "only names that fit `PATTERN`, in the folders below too, as '*.iso' (ls)")
	f.BoolVarP(&o.parents, "parents", "p", false, "the folders above too, and no error if it is there (mkdir)")
	f.StringVar(&o.exists, "exists", "fail", "what to do when the target is there: "+strings.Join(existsNames, "|"))
	f.IntVar(&o.sessions, "sessions", 0, "transfers at once, 1 to 20; 0 for as many as help (get, put)")
	f.IntVar(&o.retries, "retries", transfer.DefaultRetries, "attempts after a failed one; progress resets the count")
	f.StringVar(&o.limit, "limit", "", "bytes a second, as 500K or 2M")
	f.StringVar(&o.links, "links", "", "symbolic links in folders: "+strings.Join(linkNames, "|")+" (get, put)")
	f.BoolVar(&o.write, "write", false, "upload, resume, rename and delete a small test file too (check)")
	f.IntVar(&o.segments, "segments", 0, "sessions for one big file, 1 to 8; 0 for as many as make it faster (get)")
	f.BoolVar(&o.parallel, "parallel", false, "find out how many sessions the server allows (check)")
	f.StringVar(&o.state, "state", "", "`DIR` for all that is kept, instead of the usual folders")
	f.BoolVar(&o.passwordStdin, "password-stdin", false, "read the password from standard input")
	f.StringVar(&o.ca, "ca", "", "`FILE` of certificates to trust besides the system's")
	f.StringArrayVar(&o.pins, "pin", nil, "`SHA256` of a certificate to trust")
	f.BoolVar(&o.insecure, "insecure-cert", false, "accept any certificate: nobody checks who the server is")
	f.StringVar(&o.tlsMax, "tls-max", "", "highest TLS `VERSION`: 1.2")
	f.DurationVar(&o.timeout, "timeout", 20*time.Second, "how long the server may be silent")
	f.BoolVar(&o.json, "json", false, "one JSON object a line on standard output")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "only what went wrong")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "the conversation with the server on standard error")
	f.BoolVarP(&o.help, "help", "h", false, "this help")
	return f
}

// parseFlags reads flags wherever they stand and gives the other arguments.
// Everything behind "--" is an argument.
func parseFlags(args []string) (*options, []string, error) {
	o := &options{}
	f := flagSet(o)
	if err := f.Parse(args); err != nil {
		return o, nil, err
	}
	f.Visit(func(flag *pflag.Flag) { o.changed = append(o.changed, flag.Name) })
	return o, f.Args(), o.settle()
}

// settle reads the values that are more than text.
func (o *options) settle() (err error) {
	if o.rule, err = parseExists(o.exists); err != nil {
		return err
	}
	if o.linked, err = parseLinks(o.links); err != nil {
		return err
	}
	if o.rate, err = parseRate(o.limit); err != nil {
		return err
	}
	if _, err := path.Match(o.name, ""); err != nil {
		return fmt.Errorf("--name %q is no pattern", o.name)
	}
	switch {
	case o.sessions < 0 || o.sessions > transfer.MaxSlots:
		return fmt.Errorf("--sessions is a number from 0 to %d", transfer.MaxSlots)
	case o.segments < 0 || o.segments > transfer.MaxSegments:
		return fmt.Errorf("--segments is a number from 0 to %d", transfer.MaxSegments)
	case o.retries < 1 || o.retries > 1000:
		return fmt.Errorf("--retries is a number from 1 to 1000")
	case o.timeout < time.Second:
		return fmt.Errorf("--timeout is at least 1s")
	case o.tlsMax != "" && o.tlsMax != "1.2" && o.tlsMax != "1.3":
		return fmt.Errorf("--tls-max is 1.2 or 1.3")
	case o.quiet && o.verbose:
		return fmt.Errorf("-q and -v exclude each other")
	}
	if o.tlsMax == "1.3" {
		o.tlsMax = ""
	}
	return nil
}

// belong checks that every flag given is one of the command's.
func (o *options) belong(cmd command) error {
	for _, name := range o.changed {
		if slices.Contains(onlySome, name) && !slices.Contains(cmd.flags, name) {
			return usage("--%s is not for %s", name, cmd.name)
		}
	}
	return nil
}

var existsRules = []struct {
	name string
	rule transfer.Exists
}{
	{"overwrite", transfer.Overwrite}, {"newer", transfer.Newer}, {"size", transfer.SizeDiffers},
	{"resume", transfer.Resume}, {"rename", transfer.Rename}, {"skip", transfer.Skip}, {"fail", transfer.Fail},
}

var existsNames = func() (names []string) {
	for _, r := range existsRules {
		names = append(names, r.name)
	}
	return names
}()

// linkNames stand in the order of transfer.Links.
var linkNames = []string{"files", "follow", "skip", "as-is"}

func parseLinks(s string) (transfer.Links, error) {
	i := slices.Index(linkNames, s)
	if i < 0 && s != "" {
		return 0, fmt.Errorf("--links is one of %s, not %q", strings.Join(linkNames, ", "), s)
	}
	return transfer.Links(max(i, 0)), nil
}

func parseExists(s string) (transfer.Exists, error) {
	for _, r := range existsRules {
		if r.name == s {
			return r.rule, nil
		}
	}
	return 0, fmt.Errorf("--exists is one of %s, not %q", strings.Join(existsNames, ", "), s)
}

// parseRate reads bytes a second: 1000, 500K, 2M, 1.5MiB; K is 1024. "" is 0,
// no limit.
func parseRate(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	number := strings.TrimRight(strings.TrimSuffix(strings.ToUpper(s), "/S"), "IB")
	unit := 1.0
	if i := strings.IndexByte("KMG", last(number)); i >= 0 {
		number = number[:len(number)-1]
		unit = math.Pow(1024, float64(i+1))
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !(n*unit >= 1 && n*unit < 1<<50) {
		return 0, fmt.Errorf("--limit is bytes a second, as 500K or 2M, not %q", s)
	}
	return int64(n * unit), nil
}

func last(s string) byte {
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}
