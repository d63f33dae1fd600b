package session

import (
	"context"
	"fmt"
	"strings"

	"longshore/transfer/wire"
)

// barred are the commands that Raw does not send: they open data connections
// or change what the Session relies on.
var barred = map[string]bool{
	"PASV": true, "EPSV": true, "PORT": true, "EPRT": true, "LPSV": true, "LPRT": true, "SPSV": true,
	"RETR": true, "STOR": true, "STOU": true, "APPE": true, "LIST": true, "NLST": true, "MLSD": true,
	"REST": true, "TYPE": true, "MODE": true, "STRU": true, "ABOR": true, "PRET": true,
	"AUTH": true, "CCC": true, "PROT": true, "PBSZ": true, "REIN": true, "USER": true, "PASS": true,
	"ACCT": true, "QUIT": true, "HOST": true, "RNFR": true, "RNTO": true,
}

// Raw sends a line as it is and gives the reply, whatever its code. Commands
// that would put the Session out of step are Kind Unavailable.
func (s *Session) Raw(ctx context.Context, line string) (code int, text string, err error) {
	err = s.do(ctx, "raw", "", func() error {
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		verb = strings.ToUpper(verb)
		if err := checkName(line); err != nil || verb == "" {
			return &Error{Kind: Local, Step: "raw", Err: orElse(err, "there is no command")}
		}
		if barred[verb] {
			return &Error{Kind: Unavailable, Step: "raw",
				Err: fmt.Errorf("%s is sent by the program itself and would put it out of step", verb)}
		}
		s.cwd, s.hash = "", ""
		r, err := s.ctl.CommandWithin(strings.TrimSpace(line), 3*s.timeout())
		code, text = r.Code, escape(r.Text())
		return err
	})
	return code, text, err
}

func orElse(err error, words string) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%s", words)
}

func refusalOf(step string, r wire.Reply) error { return &wire.ReplyError{Step: step, Reply: r} }
