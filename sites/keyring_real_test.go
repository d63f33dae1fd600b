//go:build linux

package sites

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
)

// keyringMode is set in the copy of this test that runs on a bus of its own.
const keyringMode = "LONGSHORE_TEST_KEYRING"

// keyringScripts start what each state needs; "$@" is the test then. Each
// runs with a HOME and an XDG_RUNTIME_DIR of its own: the second is where a
// daemon that the bus starts finds the first.
var keyringScripts = map[string]string{
	"unlocked":  inSession(startUnlocked),
	"locked":    inSession(startUnlocked + lockLogin),
	"frozen":    inSession(startUnlocked),
	"fresh":     inSession(`gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1;`),
	"noservice": `exec dbus-run-session --config-file="$EMPTY_BUS" -- "$@"`,
	"prompts":   `exec dbus-run-session --config-file="$EMPTY_BUS" -- "$@"`,
	"nobus":     `exec "$@"`,
}

const startUnlocked = `printf %s test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1;
 n=0; until dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
  org.freedesktop.DBus.Properties.Get string:org.freedesktop.Secret.Service string:Collections 2>/dev/null |
  grep -q /collection/login; do n=$((n+1)); [ $n -lt 100 ] || exit 97; sleep .1; done;`

const lockLogin = `dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
 org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null;`

const emptyBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

func inSession(start string) string {
	return `exec dbus-run-session -- sh -c '` + start + ` exec "$@"' sh "$@"`
}

// TestRealKeyring runs testInside… below once for each state of a real
// gnome-keyring.
func TestRealKeyring(t *testing.T) {
	if os.Getenv(keyringMode) != "" {
		return // this is the inner run
	}
	for _, tool := range []string{"dbus-run-session", "dbus-send", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing; install gnome-keyring and dbus", tool)
			}
			t.Skipf("%s is missing: the real keyring is not tested; install gnome-keyring and dbus", tool)
		}
	}
	for mode, script := range keyringScripts {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			runInKeyring(t, mode, script)
		})
	}
}

func runInKeyring(t *testing.T, mode, script string) {
	home := t.TempDir()
	bus := filepath.Join(home, "bus.conf")
	if err := os.WriteFile(bus, []byte(emptyBus), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{keyringMode + "=" + mode, "EMPTY_BUS=" + bus, "HOME=" + home, "PATH=" + os.Getenv("PATH")}
	for _, dir := range []string{"XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"} {
		path := filepath.Join(home, strings.ToLower(dir))
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		env = append(env, dir+"="+path)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", script, "sh", os.Args[0], "-test.run=^TestInsideKeyring$", "-test.v", "-test.count=1", "-test.timeout=35s")
	cmd.Env = env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestInsideKeyring") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestInsideKeyring is the inner half of TestRealKeyring.
func TestInsideKeyring(t *testing.T) {
	inside := map[string]func(*testing.T, *Keyring){
		"unlocked": insideUnlocked, "locked": insideLocked, "frozen": insideFrozen, "prompts": insidePrompts,
		"fresh":     func(t *testing.T, k *Keyring) { insideUnusable(t, k, NoCollection) },
		"noservice": func(t *testing.T, k *Keyring) { insideUnusable(t, k, NoService) },
		"nobus":     func(t *testing.T, k *Keyring) { insideUnusable(t, k, NoBus) },
	}[os.Getenv(keyringMode)]
	if inside == nil {
		return // TestRealKeyring runs it
	}
	before := goleak.IgnoreCurrent()
	k := NewKeyring()
	inside(t, k)
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	// The one connection that go-keyring keeps is godbus's own.
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/godbus/dbus/v5.(*Conn).inWorker"),
		goleak.IgnoreAnyFunction("github.com/godbus/dbus/v5.newConn.func1"))
}

func insideUnlocked(t *testing.T, k *Keyring) {
	const secret = "pä ss\x00\xff\n'\"$(id)"
	if st := k.Status(t.Context()); st.State != Ready {
		t.Fatalf("status %v", st)
	}
	if _, err := k.Get(t.Context(), someRef); !errors.Is(err, ErrNotFound) {
		t.Errorf("get: %v", err)
	}
	book := mustBook(t, filepath.Join(os.Getenv("HOME"), "sites.json"))
	s := NewSecrets(book, k, nil)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			stored, err := s.SavePassword(t.Context(), site(fmt.Sprint("s", i)), StoreKeyring, secret)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := NewSecrets(book, k, nil).Password(t.Context(), stored.TargetOf()); got != secret || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			if err := s.DeleteSite(t.Context(), stored.ID); err != nil {
				t.Error(err)
			}
			if _, err := k.Get(t.Context(), stored.Password.Ref); !errors.Is(err, ErrNotFound) {
				t.Errorf("left in the keyring: %v", err)
			}
		})
	}
	wg.Wait()
	if err := k.Set(t.Context(), someRef, "grep-for-this"); err != nil {
		t.Error(err)
	}
	grepNoSecret(t, os.Getenv("HOME"), 3, secret, "grep-for-this")
}

func insideLocked(t *testing.T, k *Keyring) {
	start := time.Now()
	if st := k.Status(t.Context()); st.State != Locked {
		t.Errorf("status %v", st)
	}
	if _, err := k.Get(t.Context(), someRef); VaultStateOf(err) != Locked {
		t.Errorf("get: %v", err)
	}
	if err := k.Set(t.Context(), someRef, "x"); VaultStateOf(err) != Locked {
		t.Errorf("set: %v", err)
	}
	// No display: the daemon cannot ask, and takes that for a no.
	if err := k.Unlock(t.Context()); !errors.Is(err, ErrDismissed) {
		t.Errorf("unlock: %v", err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("all that took %v", d)
	}
}

func insideUnusable(t *testing.T, k *Keyring, want VaultState) {
	start := time.Now()
	if st := k.Status(t.Context()); st.State != want || st.Text == "" {
		t.Errorf("status %v", st)
	}
	if err := k.Set(t.Context(), someRef, "x"); VaultStateOf(err) != want {
		t.Errorf("set: %v", err)
	}
	if err := k.Unlock(t.Context()); VaultStateOf(err) != want {
		t.Errorf("unlock: %v", err)
	}
	s := NewSecrets(mustBook(t, ""), k, nil)
	stored, err := s.SavePassword(t.Context(), site("a"), StoreKeyring, "pw")
	if VaultStateOf(err) != want || stored.ID == "" {
		t.Errorf("saved as %+v, %v", stored, err)
	}
	if got, err := s.Password(t.Context(), stored.TargetOf()); got != "pw" || err != nil {
		t.Errorf("for this session: %q, %v", got, err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("all that took %v", d)
	}
}

// insideFrozen stops the daemon as a debugger or a full disk would.
func insideFrozen(t *testing.T, k *Keyring) {
	if err := k.Set(t.Context(), someRef, "pw"); err != nil {
		t.Fatal(err)
	}
	pid := daemonPID(t)
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := k.Get(t.Context(), someRef); VaultStateOf(err) != NotResponding {
		t.Errorf("get: %v", err)
	}
	if d := time.Since(start); d > keyringDeadline+time.Second {
		t.Errorf("get took %v", d)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := k.Unlock(ctx); err == nil {
		t.Error("a stopped daemon unlocked")
	}
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Get(t.Context(), someRef); got != "pw" || err != nil {
		t.Errorf("after it went on: %q, %v", got, err)
	}
}

func daemonPID(t *testing.T) int {
	t.Helper()
	s, err := openSecretService(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	var pid uint32
	err = s.conn.BusObject().CallWithContext(t.Context(), "org.freedesktop.DBus.GetConnectionUnixProcessID", dbus.Flags(0), secretsName).Store(&pid)
	if err != nil || pid < 2 {
		t.Fatalf("pid %d, %v", pid, err)
	}
	return int(pid)
}
