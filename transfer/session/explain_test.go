package session

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"longshore/transfer/wire"
)

// serverTexts are replies that people met, with where they told of them.
var serverTexts = []struct {
	step  string
	code  int
	text  string
	cause cause
}{
	// Limits.
	{"login", 530, "Sorry, the maximum number of clients (3) for this user are already connected.", causeTooMany},      // NoxArt/SublimeText2-FTPSync#154
	{"login", 530, "Sorry, the maximum number of connections (10) for your host are already connected.", causeTooMany}, // SamKirkland/ftp-deploy#29
	{"login", 530, "Sorry, the maximum number of clients (6) from your host are already connected.", causeTooMany},     // laserson/ftptree#5
	{"login", 530, "Sorry, you have exceeded the number of connections.", causeTooMany},                                // juftin/browsr#26
	{"greeting", 421, "5 users (the maximum) are already logged in, sorry", causeTooMany},                              // stilliard/docker-pure-ftpd#107
	{"greeting", 421, "There are too many connections from your internet address.", causeTooMany},                      // mscdex/node-ftp#138
	{"greeting", 421, "Too many connections (8) from this IP", causeTooMany},                                           // morris/vinyl-ftp#120
	{"greeting", 421, "There are too many connected users, please try later", causeTooMany},                            // shadow1ng/fscan#268
	{"login", 421, " I can't accept more than 2 connections as the same user", causeTooMany},                           // aio-libs/aioftp#128
	{"noop", 421, "No transfer timeout (300 seconds): closing control connection", causeIdle},                          // icetee/remote-ftp#4
	{"list", 421, "Control connection timed out.", causeIdle},                                                          // hzht/monkey-cat-chat#1
	{"retrieve", 421, "Timeout (30 seconds): closing control connection.", causeIdle},                                  // lavv17/lftp#444
	// Login.
	{"login", 530, "Login incorrect.", causeLogin},                                                    // proftpd/proftpd#1640
	{"login", 530, "User cannot log in.", causeLogin},                                                 // patrickjuchli/basic-ftp#261
	{"login", 530, "Login authentication failed", causeLogin},                                         // karikera/ftp-kr#154
	{"login", 530, "Authentication problem: invalid credentials", causeLogin},                         // fclairamb/ftpserverlib#311
	{"login", 530, "User cannot log in, home directory inaccessible.", causeHome},                     // robinrodricks/FluentFTP#1155
	{"login", 421, "Home directory not available - aborting", causeHome},                              // devryan/GamePanelX-V3#167
	{"login", 500, "OOPS: vsftpd: refusing to run with writable root inside chroot()", causeHome},     // onjin/docker-alpine-vsftpd#2
	{"login", 500, "OOPS: munmap", causeServer},                                                       // openwrt/packages#4961
	{"login", 500, "OOPS: unrecognised variable in config file: allow_writeable_chroot", causeServer}, // djarosz/vsftpd#4
	{"list", 530, "Please login with USER and PASS.", causeNotLoggedIn},                               // humy2833/FTP-Simple#140
	// TLS wanted.
	{"login", 421, "Sorry, cleartext sessions and weak ciphers are not accepted on this server.\nPlease reconnect using TLS security mechanisms.", causeNeedTLS}, // SamKirkland/FTP-Deploy-Action#382
	{"login", 421, "Sorry, cleartext sessions are not accepted on this server.\nPlease reconnect using SSL/TLS security mechanisms.", causeNeedTLS},              // zaproxy/zaproxy#753
	{"login", 530, "This server does not allow plain FTP. You have to use FTP over TLS.", causeNeedTLS},                                                          // 1Remote/1Remote#1022
	{"login", 530, "Non-anonymous sessions must use encryption.", causeNeedTLS},                                                                                  // aerissecure/nse#8
	{"login", 550, "SSL/TLS required on the control channel", causeNeedTLS},                                                                                      // git-ftp/git-ftp#661
	{"login", 530, "TLS required", causeNeedTLS},                                                                                                                 // proftpd/proftpd#1640
	{"login", 530, "User sheldon access denied. Use secure access", causeNeedTLS},                                                                                // lavv17/lftp#94
	{"login", 530, "SSL is required to connect to this account.  Please enable SSL, TLS, ftps://, or ftpes://.", causeNeedTLS},                                   // adeelahmad94/easyFTP#8
	{"login", 534, "Policy requires SSL.", causeNeedTLS},                                                                                                         // sebastianpopp/ftp-action#19
	{"login", 534, "TLS required, configure with AUTH first.", causeNeedTLS},                                                                                     // Castaglia/proftpd-mod_proxy#190
	{"list", 534, "Protection level negotiation failed", causeNeedProt},                                                                                          // sebastianpopp/ftp-action#6
	{"list", 521, "Data connection cannot be opened with this PROT setting.", causeNeedProt},                                                                     // mimecuvalo/fireftp#168
	{"store", 521, "PROT P required", causeNeedProt},                                                                                                             // jenkinsci/publish-over-ftp-plugin#6
	{"list", 550, "SSL/TLS required on the data channel", causeNeedProt},                                                                                         // robtimus/ftp-fs#14
	{"list", 425, "Server requires protected data connection.", causeNeedProt},                                                                                   // miner/clj-ftp#18
	{"login", 431, "Protection Set to Clear. Only Clear Protection supported", causeNoProt},                                                                      // pyama86/pftp#24
	// TLS not had.
	{"auth", 500, "AUTH not understood", causeNoTLS},                                                                                 // myvesta/vesta#48
	{"auth", 500, "'AUTH': command unrecognized.", causeNoTLS},                                                                       // NoxArt/SublimeText2-FTPSync#193
	{"auth", 530, "Please login with USER and PASS", causeNoTLS},                                                                     // humy2833/FTP-Simple#140
	{"auth", 550, "Cannot get a TLS config: no TLS certificate configured", causeNoTLS},                                              // fclairamb/ftpserverlib#311
	{"auth", 500, "This security scheme is not implemented", causeNoTLS},                                                             // curl/curl#8443
	{"list", 522, "SSL connection failed; session reuse required: see require_ssl_reuse option in vsftpd.conf man page", causeReuse}, // veeso/suppaftp#55
	{"list", 425, "Unable to build data connection: TLS session of data connection not resumed.", causeReuse},                        // jlaffaye/ftp#342
	// Data connections.
	{"list", 425, "Can't open data connection.", causeData},                                                        // microsoft/WSL#2973
	{"list", 425, "Cannot open data connection.", causeData},                                                       // mscdex/node-ftp#65
	{"list", 425, "Failed to establish connection.", causeData},                                                    // decaf-project/DECAF#63
	{"list", 425, "Unable to build data connection: Operation not permitted", causeData},                           // icetee/remote-ftp#843
	{"list", 425, "Could not open data connection to port 45163: Cannot assign requested address", causeDataPorts}, // Castaglia/proftpd-mod_proxy#117
	{"retrieve", 425, "Unable to build data connection: Address already in use", causeDataPorts},                   // Castaglia/proftpd-mod_proxy#122
	{"list", 425, "Security: Bad IP connecting.", causeDataIP},                                                     // robinrodricks/FluentFTP#121
	{"list", 500, "I won't open a connection to 192.168.1.19 (only to 121.121.160.12)", causePort},                 // stilliard/docker-pure-ftpd#196
	{"list", 500, "Illegal PORT command.", causePort},                                                              // ashkulz/NppFTP#165
	{"list", 502, "'port' not implemented", causePort},                                                             // aio-libs/aioftp#120
	{"retrieve", 426, "Failure writing network stream.", causeAborted},                                             // fauria/docker-vsftpd#19
	{"store", 426, "Failure reading network stream.", causeAborted},                                                // InfrastructureServices/vsftpd#7
	{"store", 451, "Error during read from data connection", causeAborted},                                         // rclone/rclone#6426
	// Space.
	{"store", 552, "Disk full - please upload later", causeNoSpace},                               // iterate-ch/cyberduck#14301
	{"store", 552, "Transfer aborted. Disk quota exceeded", causeQuota},                           // curl/curl#6016
	{"store", 552, "STOR: notice: quota reached: 'test.mp4' removed", causeQuota},                 // curl/curl#6016
	{"store", 552, "STOR denied: quota exceeded: used 205775 of 100000 upload files", causeQuota}, // dg/ftp-deployment#19
	// Files and folders.
	{"rmdir", 550, "Can't remove directory: No such file or directory", causeNotFound},                            // SamKirkland/FTP-Deploy-Action#208
	{"rmdir", 550, "Can't remove directory: Directory not empty", causeNotEmpty},                                  // mimecuvalo/fireftp#135
	{"rmdir", 550, "/path_on_ftp: Directory not empty", causeNotEmpty},                                            // mscdex/node-ftp#159
	{"rmdir", 550, "/htdocs/images/icons: Das Verzeichnis ist nicht leer", causeNotEmpty},                         // mscdex/node-ftp#159
	{"delete", 550, "Could not delete ca.crt: No such file or directory", causeNotFound},                          // veeso/termscp#43
	{"delete", 450, "Unable to delete file", causeInUse},                                                          // eclipse-ecal/fineftp-server#11
	{"store", 553, "Could not create file.", causeVague},                                                          // sergi/jsftp#163
	{"store", 553, "Can't open that file: No such file or directory", causeNotFound},                              // SamKirkland/FTP-Deploy-Action#120
	{"store", 553, "File exist (overwrite denied)", causeNoReplace},                                               // drakkan/sftpgo#442
	{"store", 550, "Could not access file: permission denied", causeDenied},                                       // drakkan/sftpgo#442
	{"store", 550, "Access is denied.", causeDenied},                                                              // robinrodricks/FluentFTP#556
	{"store", 550, "Requested action not taken.", causeVague},                                                     // robinrodricks/FluentFTP#1641
	{"rename", 550, "Cannot create a file when that file already exists.", causeExists},                           // sergi/jsftp#290
	{"mkdir", 550, "File exists", causeExists},                                                                    // jark006/FtpServer#17
	{"store", 550, "The process cannot access the file because it is being used by another process.", causeInUse}, // SamKirkland/FTP-Deploy-Action#302
	{"store", 550, "Operation not permitted", causeDenied},                                                        // Castaglia/proftpd-mod_proxy#283
	{"store", 451, "Append/Restart not permitted, try again", causeNoResume},                                      // lazzard/php-ftp-client#43
	{"retrieve", 451, "Requested action aborted. Local error in processing.", causeServer},                        // hfiref0x/LightFTP#23
	// Commands.
	{"list", 500, "'MLSD': command not understood.", causeUnavailable},                  // ldab/ESP32_FTPClient#27
	{"list", 502, "Command not implemented.", causeUnavailable},                         // jjolano/openps3ftp#11
	{"list", 500, "NLST not understood", causeUnavailable},                              // robinrodricks/FluentFTP#1409
	{"chmod", 500, "Unknown command.", causeUnavailable},                                // sergi/jsftp#101
	{"chmod", 550, "Some errors occurred while changing file permissions.", causeVague}, // kingk85/uFTP#11
	{"raw", 500, "'SITE EXEC' not understood", causeUnavailable},                        // dg/ftp-deployment#142
	// What other servers say: IIS, FileZilla Server, z/OS, OS/400, VMS, small devices.
	{"store", 550, "Filename invalid", causeName},                                                                                     // ArxOne/FTP#37
	{"retrieve", 550, "The parameter is incorrect.", causeName},                                                                       // robinrodricks/FluentFTP#638
	{"list", 550, "file specification syntax error", causeName},                                                                       // robinrodricks/FluentFTP#402
	{"store", 501, "Qualifier too long.  Use MVS naming conventions.", causeName},                                                     // robinrodricks/FluentFTP#494
	{"retrieve", 501, "Character (?) not allowed in object name.", causeName},                                                         // worksofliam/ILEditor#75
	{"store", 553, `Prohibited file name: \web\admin\user\_share.html`, causeName},                                                    // liximomo/vscode-sftp#267
	{"retrieve", 550, "Retrieval of a whole partitioned data set is not supported. Use MGET or MVSGET for this purpose.", causeIsDir}, // zowe/zowe-cli-ftp-plugin#116
	{"list", 550, "NO JOBS FOUND", causeNotFound},                                                                                     // IBM/zos-core-collection-ftp#1
	{"list", 500, "Huh?", causeUnavailable},                                                                                           // zowe/zowe-cli-ftp-plugin#54
	{"list", 521, "PROT C is not allowed when control connection is secure. Use PROT P.", causeNeedProt},                              // salim-lachdhaf/ftpConnect#55
	{"login", 530, "Permission denied.", causeBarred},                                                                                 // crowdsecurity/hub#194
	{"login", 530, "Invalid user name or password.", causeLogin},                                                                      // hfiref0x/LightFTP#9
	{"login", 530, "Authentication problem: unknown user", causeLogin},                                                                // fclairamb/ftpserver#361
	{"login", 500, "OOPS: cannot change directory:/var/www", causeHome},                                                               // Eugeny/ajenti-v#58
	{"login", 421, "Unable to read the indexed puredb file (or old format detected) - Try pure-pw mkdb", causeServer},                 // stilliard/docker-pure-ftpd#91
	{"login", 421, "Service not available, remote server has closed connection", causeLater},                                          // loogg/agile_ftp#4
	{"auth", 427, "Server not available", causeHandshake},                                                                             // proftpd/proftpd#1478
	{"noop", 421, "No transfer time exceeded", causeIdle},                                                                             // icetee/remote-ftp#526
	{"noop", 502, "'noop' not implemented", causeUnavailable},                                                                         // aio-libs/aioftp#120
	{"list", 502, "PASV command not available", causeNoPassive},                                                                       // robinrodricks/FluentFTP#1255
	{"list", 425, "No data connection", causeData},                                                                                    // xreef/SimpleFTPServer#17
	{"list", 425, "Use PORT or PASV first.", causeData},                                                                               // decaf-project/DECAF#63
	{"store", 425, "Error while transfering data: ECONNABORTED - Connection aborted", causeAborted},                                   // robinrodricks/FluentFTP#996
	{"store", 450, "Transfer aborted. Link to file server lost", causeAborted},                                                        // lavv17/lftp#621
	{"store", 426, "Transfer aborted.  Data connection closed.", causeAborted},                                                        // backup/backup#622
	{"retrieve", 426, `Connection closed; aborted transfer of "/Data/Patch-H.MPQ"`, causeAborted},                                     // robinrodricks/FluentFTP#600
	{"store", 426, "Transfer aborted. Interrupted system call", causeAborted},                                                         // h3imdall/ftp-remote-edit#354
	{"store", 426, "No such file or directory; transfer aborted.", causeAborted},                                                      // giampaolo/pyftpdlib#192
	{"store", 451, "Error during write to file", causeServer},                                                                         // satiromarra/vscode-sftp#43
	{"store", 503, "Bad sequence of commands.", causeOrder},                                                                           // zonak/grunt-ftp-deploy#90
	{"store", 501, "Server cannot accept argument.", causeArgument},                                                                   // robinrodricks/FluentFTP#1538
	{"size", 550, "Couldn't open the file or directory", causeNotFound},                                                               // EvotecIT/Transferetto#41
	{"list", 550, "/ not found.", causeNotFound},                                                                                      // Neutrino-1/Wireless_SD#2
	{"list", 550, "Failed to change directory.", causeNotFound},                                                                       // xfally/cordova-plugin-ftp#6
	{"stat", 550, "Permission denied.", causeDenied},                                                                                  // sergi/jsftp#55
	{"retrieve", 550, "Failed to open file.", causeVague},                                                                             // mscdex/node-ftp#152
	{"retrieve", 550, "File unavailable (e.g., file not found, no access).", causeVague},                                              // PhrozenIO/SharpShellPipe#1
	{"retrieve", 450, "File unavailable (e.g., file busy).", causeInUse},                                                              // PhrozenIO/SharpShellPipe#1
	{"store", 550, `Could not access file: open D:\\/virtual/file2.txt`, causeVague},                                                  // fclairamb/ftpserverlib#87
	{"mkdir", 550, "Create directory operation failed.", causeVagueMake},                                                              // sergi/jsftp#274
	{"mkdir", 550, "Directory already exists", causeExists},                                                                           // Robert-W/grunt-ftp-push#37
	{"rmdir", 550, "Remove directory operation failed.", causeVagueRemove},                                                            // SamKirkland/FTP-Deploy-Action#220
	{"rename", 550, "Rename/move failure", causeVague},                                                                                // stilliard/docker-pure-ftpd#155
}

func TestExplainKnowsWhatServersSay(t *testing.T) {
	for _, r := range serverTexts {
		if got := causeOf(r.step, r.code, r.text); got != r.cause {
			t.Errorf("%s: %d %s: got %q, want %q", r.step, r.code, r.text, got, r.cause)
		}
		x := Explain(&Error{Kind: classify(r.step, r.code, r.text), Step: r.step, Path: "/pub/a", Code: r.code, Text: r.text})
		if x.What == "" || x.Why == "" || !strings.Contains(x.Server, strings.TrimSpace(r.text)) {
			t.Errorf("%d %s: %+v", r.code, r.text, x)
		}
	}
}

// Each cause has its sentences, in the form that windows join them.
func TestSentencesAreWellFormed(t *testing.T) {
	for c, s := range sentences {
		for _, part := range []string{s.why, s.next} {
			if strings.HasSuffix(part, ".") || part != "" && strings.ToLower(part[:1]) != part[:1] && !strings.HasPrefix(part, "TLS") {
				t.Errorf("%q: %q", c, part)
			}
		}
		if s.why == "" || s.button != NoRemedy && s.button.Label() == "" {
			t.Errorf("%q lacks words", c)
		}
	}
	for c := range kinds {
		if _, ok := sentences[c]; !ok {
			t.Errorf("cause %q has no sentence", c)
		}
	}
	for k := Auth; k <= Cancelled; k++ {
		if x := Explain(&Error{Kind: k, Step: "list", Path: "/a"}); x.Why == "" {
			t.Errorf("kind %v is not explained", k)
		}
	}
}

func TestExplainFaults(t *testing.T) {
	op := func(n syscall.Errno) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", n)}
	}
	timeout := &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
	at := func(step string, err error) error { return &wire.StepError{Step: step, Err: err} }
	for _, r := range []struct {
		step   string
		err    error
		why    string
		button Remedy
	}{
		{"dial", &net.DNSError{Err: "no such host", Name: "ftp.exmaple.org", IsNotFound: true}, "no server of that name", EditSite},
		{"dial", &net.DNSError{Err: "server misbehaving", Name: "h", IsTemporary: true}, "could not be looked up", NoRemedy},
		{"dial", at(wire.StepDial, op(syscall.ECONNREFUSED)), "nothing listens", EditSite},
		{"dial", at(wire.StepDial, op(syscall.ENETUNREACH)), "no way through the network", NoRemedy},
		{"dial", at(wire.StepDial, timeout), "nobody answers at that address", EditSite},
		{"greeting", at(wire.StepGreeting, timeout), "too long to answer", NoRemedy},
		{"greeting", at(wire.StepGreeting, io.EOF), "hung up without a word", UseImplicitTLS},
		{"greeting", at(wire.StepGreeting, errors.New(`the server sent "SSH-2.0-OpenSSH_9.2", which is no FTP reply`)), "SSH server", EditSite},
		{"greeting", at(wire.StepGreeting, errors.New(`the server sent "HTTP/1.1 400 Bad Request", which is no FTP reply`)), "web server", EditSite},
		{"greeting", at(wire.StepGreeting, errors.New("the server sent a line that is too long")), "more than any answer", EditSite},
		{"tls", at(wire.StepTLS, tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), "does not speak TLS", UseExplicitTLS},
		{"tls", at(wire.StepTLS, &net.OpError{Op: "remote error", Err: tls.AlertError(70)}), "no version of TLS", NoRemedy},
		{"tls", at(wire.StepTLS, &net.OpError{Op: "remote error", Err: tls.AlertError(116)}), "client certificate", ChooseCertificate},
		{"tls", at(wire.StepTLS, &net.OpError{Op: "remote error", Err: tls.AlertError(48)}), "client certificate", ChooseCertificate},
		{"tls", at(wire.StepTLS, &net.OpError{Op: "remote error", Err: tls.AlertError(40)}), "could not agree", StayTLS12},
		{"list", at(wire.StepDataTLS, &net.OpError{Op: "remote error", Err: tls.AlertError(40)}), "handshake of the data connection", StayTLS12},
		{"tls", at(wire.StepTLS, &CertificateError{Certificate{Host: "h", Reason: "it expired on 2 May"}}), "it expired on 2 May", TrustCertificate},
		{"auth", &DowngradeError{Host: "h"}, "had TLS before", NoRemedy},
		{"auth", &PlainError{Host: "h"}, "readable by anybody", AllowPlain},
		{"login", ErrNoPassword, "no password is known", EnterPassword},
		{"list", at(wire.StepData, op(syscall.ECONNREFUSED)), "port that the server named for data is closed", OtherPassiveMode},
		{"list", at(wire.StepData, timeout), "does not answer", OtherPassiveMode},
		{"list", at(wire.StepData, fmt.Errorf("%w: %w", wire.ErrNamedAddress, timeout)), "address that the server names", IgnorePASVHost},
		{"list", at(wire.StepData, op(syscall.EADDRINUSE)), "no port was free", OneConnection},
		{"list", at(wire.StepDataTLS, errors.New("the data connection shows another certificate than the control connection")), "another certificate", NoRemedy},
		{"retrieve", at(wire.StepTransfer, wire.ErrStall), "no data moved", NoRemedy},
		{"retrieve", io.ErrUnexpectedEOF, "cut by the server", NoRemedy},
		{"dial", at(wire.StepProxy, op(syscall.ECONNREFUSED)), "proxy", EditSite},
		{"retrieve", &fs.PathError{Op: "write", Path: "/home/a", Err: syscall.ENOSPC}, "this computer's disk is full", NoRemedy},
		{"retrieve", &fs.PathError{Op: "open", Path: "/home/a", Err: syscall.EROFS}, "can only be read", NoRemedy},
		{"store", &fs.PathError{Op: "open", Path: "/home/a", Err: syscall.ENOENT}, "not there any more", Refresh},
		{"store", &fs.PathError{Op: "open", Path: "/home/a", Err: syscall.EACCES}, "does not let you", NoRemedy},
		{"retrieve", &fs.PathError{Op: "open", Path: "/home/a", Err: syscall.ENAMETOOLONG}, "does not accept the name", NoRemedy},
		{"retrieve", &fs.PathError{Op: "open", Path: "/home/a", Err: syscall.EMFILE}, "too many files open", OneConnection},
		{"retrieve", context.Canceled, "cancelled", NoRemedy},
	} {
		e := wrap(r.step, "/pub/a", r.err)
		x := Explain(fmt.Errorf("outside: %w", e))
		if !strings.Contains(x.Why, r.why) || x.Button != r.button {
			t.Errorf("%s: %v: %+v", r.step, r.err, x)
		}
		if r.step == "retrieve" && !strings.Contains(x.What, `"/pub/a"`) {
			t.Errorf("the file is not named: %q", x.What)
		}
		// The queue's journal keeps the text alone.
		stored := Explain(&Error{Kind: e.Kind, Step: e.Step, Path: e.Path, Err: errors.New(e.Err.Error())})
		if stored.Button != x.Button {
			t.Errorf("stored: %v: %+v, was %+v", r.err, stored, x)
		}
	}
}

func TestExplainWhatIsNotOurs(t *testing.T) {
	if x := Explain(nil); x != (Explanation{}) {
		t.Errorf("nil: %+v", x)
	}
	if x := Explain(errors.New("what \x1b[31m")); !strings.HasPrefix(x.What, "what") || strings.Contains(x.What, "\x1b") {
		t.Errorf("%+v", x)
	}
	own := Explain(&Error{Step: "retrieve", Path: "/a", Kind: Denied, Err: errors.New("the name was refused: it is a folder")})
	if own.Why != "the name was refused: it is a folder" || own.Next != "" {
		t.Errorf("a reason of our own: %+v", own)
	}
	if x := Explain(&Error{Step: "store", Path: "/a", Kind: Network, Maybe: true, Err: io.EOF}); !strings.Contains(x.Next, "look whether") {
		t.Errorf("%+v", x)
	}
}

func TestAdviceChangesTheTarget(t *testing.T) {
	base := Target{Host: "h", Port: 21, Security: TLSIfOffered}
	for _, r := range []struct {
		advice Advice
		want   func(*Target)
	}{
		{advise(OneConnection, ""), func(t *Target) { t.MaxSessions = 1 }},
		{advise(FewerConnections, "3"), func(t *Target) { t.MaxSessions = 3 }},
		{advise(StayTLS12, ""), func(t *Target) { t.TLSMax = "1.2" }},
		{advise(UseImplicitTLS, ""), func(t *Target) { t.Security, t.Port = ImplicitTLS, 0 }},
		{advise(UseExplicitTLS, ""), func(t *Target) { t.Security = ExplicitTLS }},
		{advise(TrustPASVHost, ""), func(t *Target) { t.TrustPASVHost = true }},
		{advise(OtherPassiveMode, ""), func(t *Target) { t.Data = DataEPSV }},
		{advise(UseLIST, ""), func(t *Target) { t.List = ListLIST }},
	} {
		want := base
		r.want(&want)
		got, ok := r.advice.Apply(base)
		if !ok || got != want || r.advice.Text == "" {
			t.Errorf("%+v: %+v %v", r.advice, got, ok)
		}
		if _, again := r.advice.Apply(got); again && r.advice.Remedy != OtherPassiveMode {
			t.Errorf("%+v changes what is changed", r.advice)
		}
	}
	got, ok := advise(SetClock, "+1h0m0s").Apply(base)
	if !ok || got.ClockOffset == nil || *got.ClockOffset != time.Hour {
		t.Errorf("clock: %+v", got)
	}
	if _, ok := advise(Refresh, "").Apply(base); ok {
		t.Error("refreshing changes no settings")
	}
}

func FuzzExplain(f *testing.F) {
	f.Add("/a", 550, "No such file", "data: dial tcp: refused")
	f.Fuzz(func(t *testing.T, path string, code int, text, err string) {
		x := Explain(&Error{Step: "list", Path: path, Code: code, Text: escape(text), Err: errors.New(err)})
		for _, s := range []string{x.What, x.Why, x.Server, x.Next} {
			if strings.ContainsAny(s, "\x1b\x00\r\u202e") {
				t.Errorf("%q", s)
			}
		}
	})
}
