package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// theRest is what a thorough person tries after the first success.
var theRest = []scene{
	{"up again, and back with the keyboard", sceneUp},
	{"rename in place", sceneRename},
	{"new folder at the server", sceneNewFolder},
	{"delete at the server, asked first", sceneDelete},
	{"a file that exists is asked about", sceneExists},
	{"a saved site, its password in the keyring", sceneSite},
	{"the connection check, in full", sceneCheck},
	{"sites of FileZilla are imported", sceneImport},
	{"an unknown certificate is shown", sceneCertificate},
	{"a wrong password is asked again", scenePassword},
	{"a port where nobody listens", sceneWrongPort},
	{"a full disk, and the file after it", sceneFullDisk},
	{"light and dark", sceneTheme},
	{"a file is dragged out to another program", sceneDragOut},
	{"and one of another program is dragged in", sceneDragIn},
	{"close in the middle, go on after", sceneClose},
	{"killed in the middle, ten times", sceneKill},
	{"no password in any file", sceneSecrets},
}

// secret is typed as a password; it must be found nowhere afterwards.
const secret = "h0rse-battery-77"

// secret64 is the same in base64, as FileZilla writes it.
const secret64 = "aDByc2UtYmF0dGVyeS03Nw=="

func sceneUp(ctx context.Context, s *stage) (string, error) {
	w, err := s.robot.state()
	if err != nil {
		return "", err
	}
	if err := s.robot.click("pane/local", 1); err != nil {
		return "", err
	}
	if err := s.robot.key("BackSpace"); err != nil {
		return "", err
	}
	_, err = s.robot.until(ctx, "the folder above", 5*time.Second,
		func(n seen) bool { return n.LocalDir == filepath.Dir(w.LocalDir) })
	return "", err
}

func sceneRename(ctx context.Context, s *stage) (string, error) {
	w, err := s.robot.state()
	if err != nil {
		return "", err
	}
	if err := s.robot.click("row/local/contact.php", 1); err != nil {
		return "", err
	}
	if err := s.robot.key("F2"); err != nil {
		return "", err
	}
	if err := s.robot.write("write-to-us"); err != nil {
		return "", err
	}
	if err := s.robot.shot("rename"); err != nil {
		return "", err
	}
	if err := s.robot.key("Return"); err != nil {
		return "", err
	}
	_, err = s.robot.until(ctx, "the new name", 5*time.Second, func(n seen) bool { return slices.Contains(n.Local, "write-to-us.php") })
	if err == nil && !exists(filepath.Join(w.LocalDir, "write-to-us.php")) {
		err = fmt.Errorf("the new name is on the screen and not on the disk")
	}
	return "the stem was selected, the extension kept", err
}

func sceneNewFolder(ctx context.Context, s *stage) (string, error) {
	if err := s.robot.click("pane/remote", 1); err != nil {
		return "", err
	}
	if err := s.robot.key("F7"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the question for a name", 5*time.Second, func(n seen) bool { return n.Question == "name" }); err != nil {
		return "", err
	}
	if err := s.robot.key("ctrl+a"); err != nil {
		return "", err
	}
	if err := s.robot.write("fresh folder"); err != nil {
		return "", err
	}
	if err := s.robot.key("Return"); err != nil {
		return "", err
	}
	w, err := s.robot.until(ctx, "the new folder", 5*time.Second, func(n seen) bool { return slices.Contains(n.Remote, "fresh folder") })
	if err == nil && !exists(filepath.Join(s.serverRoot(), w.RemoteDir, "fresh folder")) {
		err = fmt.Errorf("the folder is on the screen and not at the server")
	}
	return "", err
}

func sceneDelete(ctx context.Context, s *stage) (string, error) {
	if err := s.robot.click("row/remote/"+manyName, 1); err != nil {
		return "", err
	}
	if err := s.robot.key("Delete"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the question", 5*time.Second, func(n seen) bool { return n.Question == "delete" }); err != nil {
		return "", err
	}
	if err := s.robot.shot("delete"); err != nil {
		return "", err
	}
	if err := s.robot.click("button/Delete", 1); err != nil {
		return "", err
	}
	w, err := s.robot.until(ctx, "the folder gone", time.Minute, func(n seen) bool {
		return !slices.Contains(n.Remote, manyName) && n.Queue.idle()
	})
	if err == nil && exists(filepath.Join(s.serverRoot(), w.RemoteDir, manyName)) {
		err = fmt.Errorf("the folder has left the screen and not the server")
	}
	return "", err
}

func sceneExists(ctx context.Context, s *stage) (string, error) {
	before, err := s.robot.state()
	if err != nil {
		return "", err
	}
	for _, name := range []string{"index.html", "about.html", "main.js"} {
		mod := []string{}
		if name != "index.html" {
			mod = []string{"keydown", "ctrl"}
		}
		if err := s.clickWith(mod, "row/local/"+name); err != nil {
			return "", err
		}
	}
	if err := s.robot.drag("row/local/index.html", "pane/remote"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the question about files that exist", 10*time.Second, func(n seen) bool {
		return n.Question == "exists" && n.Queue.Asking == 3
	}); err != nil {
		return "", err
	}
	if err := s.robot.shot("exists"); err != nil {
		return "", err
	}
	if err := s.robot.key("Return"); err != nil {
		return "", err
	}
	w, err := s.robot.until(ctx, "the questions answered", 20*time.Second, func(n seen) bool { return n.Question == "" && n.Queue.idle() })
	if err != nil {
		return "", err
	}
	if w.Queue.Failed > before.Queue.Failed {
		return "", fmt.Errorf("%d failed", w.Queue.Failed-before.Queue.Failed)
	}
	return "three files, one question, newer ones replaced", nil
}

// clickWith clicks while a key is held.
func (s *stage) clickWith(mod []string, name string) error {
	if len(mod) == 0 {
		return s.robot.click(name, 1)
	}
	if err := s.robot.xdo(mod...); err != nil {
		return err
	}
	err := s.robot.click(name, 1)
	if up := s.robot.xdo("keyup", mod[1]); err == nil {
		err = up
	}
	return err
}

// fieldText replaces what stands in an entry.
func (s *stage) fieldText(name, text string) error {
	if err := s.robot.click("field/"+name, 1); err != nil {
		return err
	}
	if err := s.robot.key("ctrl+a"); err != nil {
		return err
	}
	return s.robot.write(text)
}

func sceneSite(ctx context.Context, s *stage) (string, error) {
	if err := s.robot.key("ctrl+s"); err != nil {
		return "", err
	}
	if err := waitFor(5*time.Second, func() bool { _, _, err := s.robot.middle("button/new-site"); return err == nil }); err != nil {
		return "", fmt.Errorf("the site manager: %w", err)
	}
	if err := s.robot.click("button/new-site", 1); err != nil {
		return "", err
	}
	for _, f := range [][2]string{{"site-name", "Work"}, {"site-host", "127.0.0.1"}, {"site-user", "anna"}, {"site-password", secret}} {
		if err := s.fieldText(f[0], f[1]); err != nil {
			return "", err
		}
	}
	if err := s.robot.shot("site-manager"); err != nil {
		return "", err
	}
	if err := s.robot.click("button/Save", 1); err != nil {
		return "", err
	}
	book := filepath.Join(s.state, "config", "sites.json")
	if err := waitFor(10*time.Second, func() bool { return s.fileHas("sites.json", "Work") }); err != nil {
		return "", fmt.Errorf("the site in %q: %w", book, err)
	}
	result := "no keyring here: kept in memory, and said so"
	if s.bus != nil {
		if err := waitFor(15*time.Second, func() bool { return s.keyringHas(secret) }); err != nil {
			return "", fmt.Errorf("the password in the keyring: %w", err)
		}
		result = "found again by secret-tool"
	}
	return result, s.robot.key("Escape")
}

// keyringHas asks the keyring itself, by another program.
func (s *stage) keyringHas(password string) bool {
	cmd := exec.Command("secret-tool", "search", "--all", "service", "io.longshore.Longshore")
	cmd.Env = s.env
	out, _ := cmd.CombinedOutput()
	return strings.Contains(string(out), "secret = "+password)
}

// fileHas looks for a text in a file of that name below the state folder.
func (s *stage) fileHas(name, text string) bool {
	found := false
	_ = filepath.WalkDir(s.state, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == name {
			data, _ := os.ReadFile(path)
			found = found || strings.Contains(string(data), text)
		}
		return nil
	})
	return found
}

func sceneTheme(ctx context.Context, s *stage) (string, error) {
	if err := s.robot.click("tool/theme", 1); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the light theme", 5*time.Second, func(w seen) bool { return !w.Dark }); err != nil {
		return "", err
	}
	if err := s.robot.shot("light"); err != nil {
		return "", err
	}
	return "", s.robot.click("tool/theme", 1)
}

func sceneSecrets(_ context.Context, s *stage) (string, error) {
	files := 0
	err := filepath.WalkDir(s.work, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.Contains(path, "/data/keyrings/") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if strings.Contains(string(data), secret) {
			return fmt.Errorf("the password is readable in %q", path)
		}
		return nil
	})
	return fmt.Sprintf("%d files read", files), err
}
