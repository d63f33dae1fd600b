package sites

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// Unlock has the keyring ask the user for its password and waits until that
// is answered, dismissed (ErrDismissed) or ctx ends; then the question is
// taken off the screen. It does not hold up other calls.
func (k *Keyring) Unlock(ctx context.Context) error {
	return withSecretService(ctx, func(s *secretService) error {
		prompt, err := s.unlockPrompt(ctx)
		if err != nil {
			return err
		}
		return s.ask(ctx, prompt)
	})
}

// unlockPrompt starts the unlocking; "/" if no question is needed.
func (s *secretService) unlockPrompt(ctx context.Context) (dbus.ObjectPath, error) {
	ctx, cancel := context.WithTimeout(ctx, preflightDeadline)
	defer cancel()
	path, err := s.collection(ctx)
	if err != nil {
		return "", &VaultError{Status: serviceStatus(ctx, err)}
	}
	if path == noObject {
		return "", &VaultError{Status: statusNoCollection}
	}
	prompt, err := s.unlock(ctx, path)
	if err != nil {
		return "", &VaultError{Status: serviceStatus(ctx, err)}
	}
	return prompt, nil
}

// Create has the keyring service make its first keyring; it asks the user
// for a password for it.
func (k *Keyring) Create(ctx context.Context) error {
	return withSecretService(ctx, func(s *secretService) error {
		label := map[string]dbus.Variant{secretsCollection + ".Label": dbus.MakeVariant("Login")}
		var made, prompt dbus.ObjectPath
		err := s.svc.CallWithContext(ctx, secretsService+".CreateCollection", 0, label, "default").Store(&made, &prompt)
		if err != nil {
			return &VaultError{Status: serviceStatus(ctx, err)}
		}
		return s.ask(ctx, prompt)
	})
}

// withSecretService connects within the usual deadline; after that only f's
// own waiting counts, because people take their time. The connection outlives
// ctx, so that a prompt can still be dismissed.
func withSecretService(ctx context.Context, f func(*secretService) error) error {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	opening, opened := context.WithTimeout(ctx, preflightDeadline)
	defer opened()
	stop := context.AfterFunc(opening, cancel)
	s, err := openSecretService(own)
	if err != nil {
		return &VaultError{Status: busStatus(opening, err)}
	}
	defer s.close()
	if !stop() {
		return context.Cause(opening)
	}
	return f(s)
}

// ask shows a prompt and waits for that prompt's own Completed. The end of
// the service and of ctx end it too; go-keyring does neither.
func (s *secretService) ask(ctx context.Context, prompt dbus.ObjectPath) error {
	if prompt == noObject {
		return nil
	}
	signals := make(chan *dbus.Signal, 16)
	s.conn.Signal(signals)
	err := errors.Join(
		s.conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(secretsPrompt)),
		s.conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface("org.freedesktop.DBus"),
			dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName)),
		s.conn.Object(secretsName, prompt).CallWithContext(ctx, secretsPrompt+".Prompt", 0, "").Err)
	if err != nil {
		s.dismiss(prompt) // it may be on the screen all the same
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &VaultError{Status: Status{NotResponding, fmt.Sprintf("the keyring cannot ask (%v)", err)}}
	}
	for {
		select {
		case sig, open := <-signals:
			if done, err := promptOutcome(sig, open, prompt); done {
				return err
			}
		case <-ctx.Done():
			s.dismiss(prompt)
			return ctx.Err()
		}
	}
}

func promptOutcome(sig *dbus.Signal, open bool, prompt dbus.ObjectPath) (done bool, err error) {
	switch {
	case !open:
		return true, &VaultError{Status: Status{NoBus, "the session bus went away"}}
	case sig.Name == "org.freedesktop.DBus.NameOwnerChanged":
		return true, &VaultError{Status: statusNotResponding}
	case sig.Path != prompt || sig.Name != secretsPrompt+".Completed":
		return false, nil
	}
	if len(sig.Body) > 0 {
		if dismissed, ok := sig.Body[0].(bool); ok && !dismissed {
			return true, nil
		}
	}
	return true, ErrDismissed
}
