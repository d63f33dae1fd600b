package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

func main() {
	keepMemoryPrivate()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() { // a second Ctrl+C ends the program at once
		<-ctx.Done()
		stop()
	}()
	console := console{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	status := run(ctx, os.Args[1:], console)
	os.Exit(status)
}

// console is where a run reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // err is a terminal: a progress bar may be drawn
}

// command is one of the words after the program's name.
type command struct {
	name  string
	usage string
	about string
	flags []string // the flags only some commands have
	least int      // arguments
	most  int      // -1: any number
	run   func(ctx context.Context, p *program, args []string) error
}

var commands = []command{
	{"ls", "ls [-a] [-R] [--name PATTERN] PLACE", "list a folder, or search it", []string{"all", "tree", "name"}, 1, 1, list},
	{"get", "get [-r] PLACE... LOCAL", "download files or folders", []string{"recursive"}, 2, -1, get},
	{"put", "put [-r] LOCAL... PLACE", "upload files or folders", []string{"recursive"}, 2, -1, put},
	{"rm", "rm [-r] PLACE...", "delete files or folders", []string{"recursive"}, 1, -1, remove},
	{"mkdir", "mkdir [-p] PLACE...", "make folders", []string{"parents"}, 1, -1, makeDir},
	{"mv", "mv PLACE PLACE", "rename or move at the server", nil, 2, 2, move},
	{"chmod", "chmod MODE PLACE...", "change permissions (octal, as 644)", nil, 2, -1, chmod},
	{"check", "check PLACE", "test the connection step by step", []string{"write", "parallel"}, 1, 1, check},
	{"sites", "sites ls | add NAME PLACE | rm NAME | import FILE | export FILE", "the saved sites", nil, 1, 3, manageSites},
}

// run carries out one command line and gives the exit status.
func run(ctx context.Context, args []string, c console) int {
	o, rest, err := parseFlags(args)
	if err == nil && (o.help || len(rest) > 0 && rest[0] == "help") {
		printHelp(c.out)
		return 0
	}
	if err != nil {
		return finish(c, o, usage("%v", err))
	}
	cmd, err := choose(o, rest)
	if err != nil {
		return finish(c, o, err)
	}
	p, err := newProgram(o, c)
	if err != nil {
		return finish(c, o, err)
	}
	err = cmd.run(ctx, p, rest[1:])
	p.close()
	return finish(c, o, err)
}

// choose finds the command and checks that flags and arguments are for it.
func choose(o *options, args []string) (command, error) {
	if len(args) == 0 {
		return command{}, usage("no command is given")
	}
	for _, cmd := range commands {
		if cmd.name != args[0] {
			continue
		}
		if err := o.belong(cmd); err != nil {
			return cmd, err
		}
		if n := len(args) - 1; n < cmd.least || cmd.most >= 0 && n > cmd.most {
			return cmd, usage("it is %s", cmd.usage)
		}
		return cmd, nil
	}
	return command{}, usage("there is no command %q", args[0])
}
