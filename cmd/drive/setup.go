package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sceneCheck has the demo server checked, with a file written there.
func sceneCheck(ctx context.Context, s *stage) (string, error) {
	if err := s.robot.key("ctrl+shift+k"); err != nil {
		return "", err
	}
	ended := func(w seen) bool { return strings.Contains(w.Check, " s") && !strings.Contains(w.Check, "…") }
	if _, err := s.robot.until(ctx, "the check at its end", 30*time.Second, ended); err != nil {
		return "", err
	}
	if err := s.robot.shot("check"); err != nil {
		return "", err
	}
	if err := s.robot.click("field/check-write", 1); err != nil {
		return "", err
	}
	if err := s.robot.click("button/Check again", 1); err != nil {
		return "", err
	}
	w, err := s.robot.until(ctx, "the second check at its end", 30*time.Second, ended)
	if err != nil {
		return "", err
	}
	if err := s.robot.shot("check-written"); err != nil {
		return "", err
	}
	if strings.Contains(w.Check, "not work") {
		return "", fmt.Errorf("the check of the demo server says %q", w.Check)
	}
	left, err := filepath.Glob(filepath.Join(s.serverRoot(), w.RemoteDir, "longshore-check-*"))
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("the check left %q at the server", left)
	}
	if err != nil {
		return "", err
	}
	return w.Check, s.robot.key("Escape")
}

// aFileZillaFile has a site with the secret, and one that cannot be used.
const aFileZillaFile = `<?xml version="1.0" encoding="UTF-8"?>
<FileZilla3 version="3.63.0" platform="*nix"><Servers>
<Server><Host>ftp.imported.example</Host><Port>21</Port><Protocol>4</Protocol><Type>0</Type><User>anna</User><Pass encoding="base64">%s</Pass><Logontype>1</Logontype><Name>Imported</Name></Server>
<Server><Host>sftp.imported.example</Host><Port>22</Port><Protocol>1</Protocol><Type>0</Type><User>bob</User><Logontype>1</Logontype><Name>Shell</Name></Server>
</Servers></FileZilla3>`

// sceneImport takes the sites of another program over. The file is deleted
// afterwards: a later scene looks for the secret in all files.
func sceneImport(ctx context.Context, s *stage) (string, error) {
	file := filepath.Join(s.work, "home", "sitemanager.xml")
	if err := os.WriteFile(file, fmt.Appendf(nil, aFileZillaFile, secret64), 0o600); err != nil {
		return "", err
	}
	defer os.Remove(file)
	if err := s.robot.key("ctrl+shift+i"); err != nil {
		return "", err
	}
	if err := waitFor(5*time.Second, func() bool { _, _, err := s.robot.middle("field/import-path"); return err == nil }); err != nil {
		return "", fmt.Errorf("the import: %w", err)
	}
	if err := s.fieldText("import-path", file); err != nil {
		return "", err
	}
	if err := s.robot.key("Return"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "what is in the file", 10*time.Second, func(w seen) bool {
		return strings.Contains(w.Import, "2 sites, 1 to import")
	}); err != nil {
		return "", err
	}
	if err := s.robot.shot("import"); err != nil {
		return "", err
	}
	if err := s.robot.click("button/Import", 1); err != nil {
		return "", err
	}
	w, err := s.robot.until(ctx, "the summary", 30*time.Second, func(w seen) bool { return strings.Contains(w.Import, "1 site was imported") })
	if err != nil {
		return "", err
	}
	if err := s.robot.shot("imported"); err != nil {
		return "", err
	}
	if s.bus != nil && !s.keyringHas(secret) {
		return "", fmt.Errorf("the imported password is not in the keyring: %s", w.Import)
	}
	if !s.fileHas("sites.json", "ftp.imported.example") {
		return "", fmt.Errorf("the imported site is not in sites.json")
	}
	return strings.Split(w.Import, "\n")[0], s.robot.key("Escape")
}
