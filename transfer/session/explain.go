package session

import (
	"errors"
	"fmt"
	"strings"

	"longshore/transfer/wire"
)

// Explanation puts an error into words for a person: one sentence each,
// without capital and full stop, "" where there is nothing to say.
type Explanation struct {
	What   string // what did not happen
	Why    string // the likely cause
	Server string // the server's own words with their code, escaped
	Next   string // what to do
	Button Remedy // what the program can do about it
}

// Explain puts an error into words. It knows every error that this package
// makes and the file system's; for others What is the error itself.
func Explain(err error) Explanation {
	if err == nil {
		return Explanation{}
	}
	e := wrap("", "", err)
	c, sure := causeOfError(e)
	x := Explanation{What: whatFailed(e)}
	if e.Code != 0 {
		x.Server = strings.TrimSpace(fmt.Sprintf("%d %s", e.Code, e.Text))
	}
	if s, ok := sentences[c]; ok {
		x.Why, x.Next, x.Button = s.why, s.next, s.button
	}
	if !sure && e.Err != nil && e.Step != "" {
		x.Why, x.Next, x.Button = escape(innermost(e.Err).Error()), "", NoRemedy
	}
	detail(&x, c, e)
	if e.Maybe {
		x.Next = "look whether it was done before trying again"
	}
	return x
}

// detail fills in what only the error itself knows.
func detail(x *Explanation, c cause, e *Error) {
	switch c {
	case causeUntrusted:
		if u, ok := errors.AsType[*CertificateError](e.Err); ok {
			x.Why = "nobody vouches for its certificate: " + u.Certificate.Reason
		}
	case causeNotFTP, causeProxy, causeLocal, causeLookup:
		if e.Err != nil && x.Why == sentences[c].why {
			x.Why += ": " + escape(innermost(e.Err).Error())
		}
	}
}

// innermost leaves out the name of the step, which What tells.
func innermost(err error) error {
	if s, ok := errors.AsType[*wire.StepError](err); ok {
		return s.Err
	}
	return err
}

// whatFailed names the step in a person's words.
func whatFailed(e *Error) string {
	w, ok := steps[e.Step]
	switch {
	case ok && strings.Contains(w, "%q"):
		if e.Path == "" {
			return fmt.Sprintf(strings.ReplaceAll(w, "%q", "%s"), "it")
		}
		return fmt.Sprintf(strings.ReplaceAll(w, "%q", `"%s"`), escape(e.Path))
	case ok:
		return w
	case e.Step == "" && e.Err != nil:
		return escape(e.Err.Error())
	case e.Path != "":
		return fmt.Sprintf(`%s of "%s" failed`, e.Step, escape(e.Path))
	}
	return e.Step + " failed"
}

// steps says what did not happen at a step.
var steps = map[string]string{
	"dial":     "the server could not be reached",
	"connect":  "no connection could be made",
	"proxy":    "the proxy did not connect us",
	"greeting": "the server did not welcome us",
	"auth":     "the connection was not protected",
	"tls":      "the connection could not be protected",
	"login":    "the login did not succeed",
	"passive":  "the server opened no port for data",
	"data":     "no data connection could be made",
	"data tls": "the data connection could not be protected",
	"transfer": "the transfer broke off",
	"command":  "the server did not answer as it should",
	"noop":     "the connection is gone",
	"raw":      "the server refused the command",
	"list":     "%q could not be listed",
	"retrieve": "%q was not downloaded",
	"store":    "%q was not uploaded",
	"size":     "the size of %q is not known",
	"stat":     "%q could not be looked at",
	"mkdir":    "the folder %q was not made",
	"rmdir":    "the folder %q was not removed",
	"delete":   "%q was not deleted",
	"rename":   "%q was not renamed",
	"chmod":    "the permissions of %q were not changed",
	"time":     "the time of %q was not set",
	"digest":   "the server gave no checksum of %q",
	"folder":   "not everything in %q arrived",
	"verify":   "%q did not arrive whole",
	"read":     "%q could not be read",
	"write":    "%q could not be written",
}

// sentence is an entry of the table below.
type sentence struct {
	why, next string
	button    Remedy
}

// sentences explains each cause.
var sentences = map[cause]sentence{
	causeTooMany:     {"the server allows no more connections at once from you or your address", "use fewer connections, close other programs that are connected there, or wait a minute", OneConnection},
	causeLater:       {"the server is busy or being restarted", "it is tried again by itself; if that does not help, try later", NoRemedy},
	causeIdle:        {"the server hangs up when nothing is asked of it for a while", "the connection is made again by itself", NoRemedy},
	causeBanned:      {"the server turns away this computer's internet address, often after failed logins", "wait an hour or ask whoever runs the server to let your address in", NoRemedy},
	causeLogin:       {"the server does not accept this user and password", "check the user's name and the password, also for blanks and capitals", EnterPassword},
	causeNotLoggedIn: {"the server wants a login first", "check the user's name and the password", EnterPassword},
	causeNoAnonymous: {"the server lets nobody in without an account", "enter a user's name and a password", EnterPassword},
	causeAnonymous:   {"the server lets only anonymous visitors in", "leave the user's name empty", EditSite},
	causeAccount:     {"the server asks for an account name besides user and password", "enter the account in the site's settings", EnterAccount},
	causeHome:        {"the login was accepted, but the user's folder at the server is missing or set up wrongly", "ask whoever runs the server to repair the user's home folder", NoRemedy},
	causeExpired:     {"the account is locked or has expired", "ask whoever runs the server", NoRemedy},
	causeBarred:      {"the server's settings keep this user out, whatever the password", "ask whoever runs the server to let this user in", EditSite},
	causeNeedTLS:     {"the server wants an encrypted connection", "connect with TLS", UseExplicitTLS},
	causeNeedProt:    {"the server wants data connections to be encrypted in another way than they are", "connect with TLS", UseExplicitTLS},
	causeNoProt:      {"the server does not encrypt data connections, only the login", "ask whoever runs the server to switch it on", NoRemedy},
	causeReuse:       {"the server accepts a data connection only if it continues the control connection's TLS session", "stay on TLS 1.2, where this works with more servers", StayTLS12},
	causeDataTLS:     {"the TLS handshake of the data connection failed at the server", "stay on TLS 1.2", StayTLS12},
	causeNoTLS:       {"the server does not offer TLS at this port", "try implicit TLS (port 990), or ask whoever runs the server to switch TLS on", UseImplicitTLS},
	causeClientCert:  {"the server wants a client certificate that it knows", "choose your certificate in the site's settings", ChooseCertificate},
	causeData:        {"the server could not open the data connection, mostly because of a firewall or router on the way", "try the other passive mode", OtherPassiveMode},
	causeDataIP:      {"the data connection came from another address than the login, as happens behind some routers, proxies and VPNs", "connect without proxy or VPN, or use the address that the server names", TrustPASVHost},
	causeDataPorts:   {"no port was free for the data connection", "wait a moment, or use fewer connections", OneConnection},
	causePort:        {"the server does not do active mode, or not through this router", "use passive mode", UsePassive},
	causeNoPassive:   {"the server does not do passive mode, or not by this command", "try active mode, where the server dials this computer", UseActive},
	causeAborted:     {"the data connection broke during the transfer", "it is tried again by itself; with TLS 1.3 some servers cut uploads, which TLS 1.2 avoids", StayTLS12},
	causeDenied:      {"this user may not do that there", "choose another folder or ask for the permission", NoRemedy},
	causeReadOnly:    {"the place at the server can only be read", "choose another folder", NoRemedy},
	causeNotFound:    {"it is not at the server any more, or its folder is not", "refresh the list", Refresh},
	causeVague:       {"it does not exist, or this user may not do that; the server does not say which", "refresh the list and look at the permissions", Refresh},
	causeVagueRemove: {"the folder is not empty, or this user may not remove it; the server does not say which", "look into it, also for hidden files, and at the permissions", ShowHidden},
	causeVagueMake:   {"it is there already, or this user may not make folders there; the server does not say which", "refresh the list and look at the permissions", Refresh},
	causeExists:      {"there already is something of that name", "choose another name or remove what is there", NoRemedy},
	causeNotEmpty:    {"the folder still holds something, perhaps hidden files", "show hidden files and remove what is in it", ShowHidden},
	causeIsDir:       {"it is not an ordinary file", "open it as a folder", NoRemedy},
	causeNotDir:      {"it is not a folder", "refresh the list", Refresh},
	causeNoReplace:   {"the server does not let this user replace files", "remove the old file first, or ask whoever runs the server to allow overwriting", NoRemedy},
	causeName:        {"the server does not accept this name", "choose a simpler name", NoRemedy},
	causeInUse:       {"a program at the server is using the file", "it is tried again by itself", NoRemedy},
	causeNoSpace:     {"the disk of the server is full", "make room at the server", NoRemedy},
	causeQuota:       {"this user's space at the server is used up", "delete something there or ask for more space", NoRemedy},
	causeTooLarge:    {"the server does not take files of that size", "ask whoever runs the server for the limit", NoRemedy},
	causeNoResume:    {"the server cannot go on with a half-finished file", "transfer it from the beginning", StartOver},
	causeUnavailable: {"the server does not know this command", "", NoRemedy},
	causeArgument:    {"the server did not understand the command's argument", "", NoRemedy},
	causeOrder:       {"the server answered with something that does not belong here", "connect again", NoRemedy},
	causeServer:      {"the server has trouble of its own, often a full disk or a wrong setting", "try later or tell whoever runs the server", NoRemedy},

	causeNoHost:      {"no server of that name exists", "check the host's name for typing errors", EditSite},
	causeLookup:      {"the name could not be looked up", "check this computer's network connection", NoRemedy},
	causeRefused:     {"nothing listens at that port, or a firewall refuses", "check the port: 21 for FTP and explicit TLS, 990 for implicit TLS", EditSite},
	causeUnreachable: {"there is no way through the network to that address", "check this computer's network connection, VPN and the address", NoRemedy},
	causeNoAnswer:    {"nobody answers at that address and port: a firewall drops the packets, or the server is off", "check host and port, and whether a firewall or VPN is in between", EditSite},
	causeSilent:      {"the server took too long to answer", "it is tried again by itself; a longer time limit can be set", NoRemedy},
	causeHangUp:      {"the server hung up without a word; it may want TLS from the first byte, or turn this address away", "try implicit TLS, or try again in a few minutes", UseImplicitTLS},
	causeLost:        {"the connection was cut by the server, a router or the network", "it is tried again by itself", NoRemedy},
	causeStalled:     {"no data moved for too long", "it is tried again by itself", NoRemedy},
	causeDataRefused: {"the port that the server named for data is closed", "try the other passive mode; else whoever runs the server must open its passive ports", OtherPassiveMode},
	causeDataSilent:  {"the port that the server named for data does not answer, mostly because a firewall blocks it", "try the other passive mode; else whoever runs the server must open its passive ports in the firewall", OtherPassiveMode},
	causeDataNamed:   {"nobody answers at the address that the server names for data; mostly it is one inside its own network", "use the server's own address", IgnorePASVHost},
	causeNotTLS:      {"what answers at this port does not speak TLS there", "for port 21 use explicit TLS, for port 990 implicit TLS", UseExplicitTLS},
	causeTLSVersion:  {"server and program have no version of TLS in common: this program wants 1.2 or newer", "ask whoever runs the server to update it", NoRemedy},
	causeHandshake:   {"server and program could not agree on how to encrypt", "stay on TLS 1.2, or ask whoever runs the server to update it", StayTLS12},
	causeUntrusted:   {"nobody vouches for the server's certificate", "compare the fingerprint with what the server's owner says, then trust it", TrustCertificate},
	causeOtherCert:   {"the data connection shows another certificate than the control connection, as if somebody else answered", "do not go on; ask whoever runs the server", NoRemedy},
	causeInjected:    {"something came in readable just before the encryption began, as if somebody wrote into the connection", "do not go on over this network; ask whoever runs the server", NoRemedy},
	causeDowngrade:   {"the server had TLS before and does not offer it now, as happens when somebody listens in", "do not enter the password; ask whoever runs the server what changed", NoRemedy},
	causePlain:       {"the password would be readable by anybody on the way", "use TLS, or allow it for this server if you must", AllowPlain},
	causeNoPassword:  {"no password is known for this server", "enter the password", EnterPassword},
	causeSSH:         {"this is an SSH server, which speaks SFTP and not FTP", "ask for the FTP port, mostly 21 or 990", EditSite},
	causeHTTP:        {"this is a web server and not an FTP server", "check host and port", EditSite},
	causeNotFTP:      {"what answers does not keep to FTP", "check host and port", EditSite},
	causeTooLong:     {"the server sends more than any answer may have", "check host and port", EditSite},
	causeProxy:       {"the proxy could not be used", "check the proxy in the site's settings", EditSite},

	causeLocalFull:     {"this computer's disk is full", "make room on it, then try again", NoRemedy},
	causeLocalReadOnly: {"the folder on this computer can only be read", "choose another folder", NoRemedy},
	causeLocalGone:     {"the file or folder on this computer is not there any more", "refresh the list", Refresh},
	causeLocalDenied:   {"this computer does not let you use that file or folder", "change its permissions or choose another folder", NoRemedy},
	causeLocalExists:   {"a file of that name exists already on this computer", "choose another name", NoRemedy},
	causeLocalName:     {"this computer's file system does not accept the name", "choose another name", NoRemedy},
	causeLocalFiles:    {"this computer has too many files open", "use fewer connections", OneConnection},
	causeLocal:         {"this computer's file system refused", "", NoRemedy},
	causeCancelled:     {"it was cancelled", "", NoRemedy},
}
