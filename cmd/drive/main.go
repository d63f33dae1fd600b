// Command drive uses Longshore's real window as a person would: it starts the
// program on a virtual screen, drags folders with the mouse, types names,
// answers questions, pulls the plug, and compares every byte that moved.
//
//	drive [--out DIR] [--thorough | --load] [--program bin/longshore]
//
// It needs Xvfb, xdotool and ImageMagick's import, and leaves pictures of each
// step in DIR. Exit status 0: all went well; 1: something did not, and the
// last lines say what; 2: there is no screen to be had here.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/pflag"
)

func main() {
	out := pflag.String("out", "demo", "folder for the pictures")
	program := pflag.String("program", "bin/longshore", "the program to drive")
	thorough := pflag.Bool("thorough", false, "also questions, sites, closing and killing in the middle")
	load := pflag.Bool("load", false, "instead: measure the window's frames while 100,000 files are transferred")
	pflag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	err := drive(ctx, *program, *out, *thorough, *load)
	switch {
	case errors.Is(err, errNoScreen):
		fmt.Fprintln(os.Stderr, "drive:", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "drive: FAILED:", err)
		os.Exit(1)
	}
}

// drive joins screen, program and robot, plays the scenes and says how they went.
func drive(ctx context.Context, program, out string, thorough, load bool) error {
	if err := needPrograms("Xvfb", "xdotool", "import"); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	old, _ := filepath.Glob(filepath.Join(out, "*.png"))
	for _, f := range old {
		_ = os.Remove(f)
	}
	work, err := os.MkdirTemp("", "longshore-drive-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if load {
		if err := prepareLoad(filepath.Join(work, "state")); err != nil {
			return err
		}
	}
	s, err := openStage(ctx, program, out, work)
	if err != nil {
		return err
	}
	defer s.close()

	began := time.Now()
	scenes := theDemo
	if thorough {
		scenes = append(scenes, theRest...)
	}
	if load {
		scenes = theLoad
	}
	for _, scene := range scenes {
		start := time.Now()
		result, err := scene.play(ctx, s)
		if err != nil {
			_ = s.robot.shot("failed")
			return fmt.Errorf("%s: %w\n%s", scene.name, err, s.tail())
		}
		fmt.Printf("%-34s ok  %5.1f s  %s\n", scene.name, time.Since(start).Seconds(), result)
	}
	if err := s.complaints(); err != nil {
		return err
	}
	fmt.Printf("%d scenes passed, 0 failed in %.0f s; pictures in %s\n", len(scenes), time.Since(began).Seconds(), out)
	return nil
}
