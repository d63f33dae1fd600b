package sites

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/godbus/dbus/v5"
)

// Names of the Secret Service specification 0.2.
const (
	secretsName       = "org.freedesktop.secrets"
	secretsPath       = dbus.ObjectPath("/org/freedesktop/secrets")
	secretsService    = "org.freedesktop.Secret.Service"
	secretsCollection = "org.freedesktop.Secret.Collection"
	secretsPrompt     = "org.freedesktop.Secret.Prompt"
	loginCollection   = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	noObject          = dbus.ObjectPath("/")
)

// secretService is a private connection to the session bus: nothing on it is
// shared, so no other part of the program can wake or starve us, and none is
// started where there is no bus (godbus would run dbus-launch).
type secretService struct {
	conn *dbus.Conn
	svc  dbus.BusObject
}

func openSecretService(ctx context.Context) (*secretService, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err := conn.Auth(nil); err != nil {
		conn.Close()
		return nil, err
	}
	if err := conn.Hello(); err != nil {
		conn.Close()
		return nil, err
	}
	return &secretService{conn, conn.Object(secretsName, secretsPath)}, nil
}

func (s *secretService) close() { s.conn.Close() }

// preflight says whether go-keyring's next call can succeed without asking
// the user. It asks nothing itself: a keyring that opens without a password is
// opened, for one that needs it the prompt is never shown.
func preflight(ctx context.Context) Status {
	ctx, cancel := context.WithTimeout(ctx, preflightDeadline)
	defer cancel()
	s, err := openSecretService(ctx)
	if err != nil {
		return busStatus(ctx, err)
	}
	defer s.close()
	path, err := s.collection(ctx)
	if err != nil {
		return serviceStatus(ctx, err)
	}
	if path == noObject {
		return statusNoCollection
	}
	locked, err := s.locked(ctx, path)
	if err != nil {
		return serviceStatus(ctx, err)
	}
	if locked && !s.openQuietly(ctx, path) {
		return Status{Locked, "the system keyring is locked"}
	}
	return Status{Ready, "the system keyring is unlocked"}
}

// collection makes the same choice as go-keyring: the login keyring, else the
// default one; "/" if there is neither.
func (s *secretService) collection(ctx context.Context) (dbus.ObjectPath, error) {
	var v dbus.Variant
	err := s.svc.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, secretsService, "Collections").Store(&v)
	if err != nil {
		return "", err
	}
	paths, ok := v.Value().([]dbus.ObjectPath)
	if !ok {
		return "", fmt.Errorf("the keyring service lists its keyrings as %T", v.Value())
	}
	if slices.Contains(paths, loginCollection) {
		return loginCollection, nil
	}
	path := noObject
	err = s.svc.CallWithContext(ctx, secretsService+".ReadAlias", 0, "default").Store(&path)
	return path, err
}

func (s *secretService) locked(ctx context.Context, path dbus.ObjectPath) (bool, error) {
	var v dbus.Variant
	err := s.conn.Object(secretsName, path).
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, secretsCollection, "Locked").Store(&v)
	if err != nil {
		return false, err
	}
	locked, ok := v.Value().(bool)
	if !ok {
		return false, fmt.Errorf("the keyring says %T to whether it is locked", v.Value())
	}
	return locked, nil
}

// openQuietly unlocks a keyring that has no password: gnome-keyring calls
// such a one locked at each start.
func (s *secretService) openQuietly(ctx context.Context, path dbus.ObjectPath) bool {
	prompt, err := s.unlock(ctx, path)
	if err != nil {
		return false
	}
	if prompt == noObject {
		return true
	}
	s.dismiss(prompt)
	return false
}

func (s *secretService) unlock(ctx context.Context, path dbus.ObjectPath) (prompt dbus.ObjectPath, err error) {
	var unlocked []dbus.ObjectPath
	err = s.svc.CallWithContext(ctx, secretsService+".Unlock", 0, []dbus.ObjectPath{path}).Store(&unlocked, &prompt)
	return prompt, err
}

var statusNoCollection = Status{NoCollection, "there is a keyring service but no keyring yet"}

// dismiss takes a prompt back. No answer is awaited.
func (s *secretService) dismiss(prompt dbus.ObjectPath) {
	s.conn.Object(secretsName, prompt).Go(secretsPrompt+".Dismiss", dbus.FlagNoReplyExpected, nil)
}

func busStatus(ctx context.Context, err error) Status {
	if ctx.Err() != nil {
		return statusNotResponding
	}
	return Status{NoBus, fmt.Sprintf("this session has no keyring: its bus is not there (%v)", err)}
}

// serviceStatus sorts an error of the service: nobody has its name, or it is
// there and does not answer as it should.
func serviceStatus(ctx context.Context, err error) Status {
	var e dbus.Error
	if errors.As(err, &e) {
		switch e.Name {
		case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
			"org.freedesktop.DBus.Error.Spawn.ServiceNotFound", "org.freedesktop.DBus.Error.Spawn.ExecFailed":
			return statusNoService
		}
	}
	if ctx.Err() != nil {
		return statusNotResponding
	}
	return Status{NotResponding, fmt.Sprintf("the keyring does not answer as it should (%v)", err)}
}
