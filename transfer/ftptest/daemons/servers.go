package daemons

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"
)

// hash is crypt(3) SHA-512 of "ftplab": quicker than the argon2 that pure-pw
// would choose, which takes a second for each login.
const hash = "$6$longshore$rvc/W.sIo55myNCh6Ar/z5IQsOxgdXGXPsyKlFCTw1/SfjIP78nJr7ApeT8Rk0Ls6Hl3f6qy70fWNJIyz3DqI0"

var root = os.Geteuid() == 0

// unpacked finds a file that .ci/setup unpacked.
func unpacked(k Kind, path string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	full := filepath.Join(cache, "longshore-test-servers", "root", path)
	if _, err := os.Stat(full); err != nil {
		return "", &MissingError{Kind: k, Path: full}
	}
	return full, nil
}

// config joins lines, those of conditions that hold.
type config []string

func (c *config) add(when bool, format string, args ...any) {
	if when {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

func (c config) bytes() []byte { return []byte(strings.Join(c, "\n") + "\n") }

func seconds(d time.Duration) int { return max(1, int(d/time.Second)) }

// vsftpd has an anonymous user without chroot: names are those of this disk.
func (d *Daemon) vsftpd(o Options) ([]string, error) {
	bin, err := unpacked(VSFTPD, "usr/sbin/vsftpd")
	if err != nil {
		return nil, err
	}
	me, err := user.Current()
	if err != nil {
		return nil, err
	}
	d.User, d.Password, d.Dir = "anonymous", "longshore@", d.Root
	listen := "listen=YES\nlisten_address=" + d.Host
	if d.Host == "::" { // it cannot bind to what listen_address6 names
		listen = "listen=NO\nlisten_ipv6=YES"
	}
	c := config{listen, fmt.Sprintf("listen_port=%d", d.Port),
		"run_as_launching_user=YES", "ftp_username=" + me.Username, "nopriv_user=" + me.Username, "background=NO", "seccomp_sandbox=NO", "isolate=NO", "isolate_network=NO",
		"anonymous_enable=YES", "no_anon_password=YES", "local_enable=NO", "anon_root=" + filepath.Dir(d.Root),
		"anon_world_readable_only=NO", "write_enable=YES", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES",
		"anon_other_write_enable=YES", "anon_umask=022", "mdtm_write=YES", "pasv_min_port=20000", "pasv_max_port=32000",
		"xferlog_enable=NO", "xferlog_file=" + d.path("xferlog"), "vsftpd_log_file=" + d.path("vsftpd.log")}
	if o.TLS || o.Implicit {
		c = append(c, "ssl_enable=YES", "allow_anon_ssl=YES", "force_local_data_ssl=NO", "force_local_logins_ssl=NO",
			"ssl_ciphers=HIGH", "rsa_cert_file="+d.path("cert.pem"), "rsa_private_key_file="+d.path("key.pem"))
		c.add(o.RequireReuse, "require_ssl_reuse=YES")
		c.add(!o.RequireReuse, "require_ssl_reuse=NO")
		c.add(o.Implicit, "implicit_ssl=YES")
		c.add(o.RequireTLS, "force_anon_logins_ssl=YES\nforce_anon_data_ssl=YES")
		c.add(o.ClientCA != nil, "require_cert=YES\nvalidate_cert=YES\nca_certs_file=%s", d.path("clients.pem"))
	}
	c.add(o.MaxPerIP > 0, "max_per_ip=%d", o.MaxPerIP)
	c.add(o.IdleTimeout > 0, "idle_session_timeout=%d", seconds(o.IdleTimeout))
	c.add(o.PasvAddress != "", "pasv_address=%s\ncmds_denied=EPSV", o.PasvAddress)
	c.add(o.Zone != "", "use_localtime=YES")
	return []string{bin, d.path("vsftpd.conf")}, d.write("vsftpd.conf", c.bytes())
}

// proftpd names files as this disk does: DefaultRoot needs root.
func (d *Daemon) proftpd(o Options) ([]string, error) {
	bin, err := unpacked(ProFTPD, "usr/sbin/proftpd")
	if err != nil {
		return nil, err
	}
	me, err := user.Current()
	if err != nil {
		return nil, err
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		return nil, err
	}
	d.Dir = d.Root
	modules := filepath.Join(filepath.Dir(filepath.Dir(bin)), "lib", "proftpd")
	c := config{"ModulePath " + modules, "LoadModule mod_tls.c", "LoadModule mod_digest.c", "LoadModule mod_site_misc.c", `ServerName "lab"`,
		"ServerType standalone", fmt.Sprintf("Port %d", d.Port), "DefaultAddress " + d.Host, "SocketBindTight on",
		"UseIPv6 " + map[bool]string{true: "on", false: "off"}[strings.Contains(d.Host, ":")], "UseReverseDNS off", "User " + me.Username, "Group " + group.Name, "Umask 022", "RootLogin on",
		"AuthOrder mod_auth_file.c", "AuthUserFile " + d.path("passwd"), "AuthGroupFile " + d.path("group"),
		"RequireValidShell off", "PidFile " + d.path("pid"), "ScoreboardFile " + d.path("scoreboard"),
		"SystemLog " + d.path("proftpd.log"), "TransferLog none", "WtmpLog off", "DelayEngine off", "MaxInstances none",
		"AllowOverwrite on", "AllowStoreRestart on", "AllowRetrieveRestart on", "DigestEngine on", "PassivePorts 20000 32000"}
	if o.TLS || o.Implicit {
		c = append(c, "TLSEngine on", "TLSLog "+d.path("proftpd-tls.log"), "TLSProtocol TLSv1.2 TLSv1.3",
			"TLSRSACertificateFile "+d.path("cert.pem"), "TLSRSACertificateKeyFile "+d.path("key.pem"))
		c.add(o.ClientCA == nil, "TLSVerifyClient off")
		c.add(o.ClientCA != nil, "TLSVerifyClient on\nTLSCACertificateFile %s", d.path("clients.pem"))
		c.add(true, "TLSRequired %s", map[bool]string{true: "on", false: "off"}[o.RequireTLS])
		c.add(!o.RequireReuse, "TLSOptions NoSessionReuseRequired")
		c.add(o.Implicit, "TLSOptions UseImplicitSSL")
	}
	c.add(o.MaxPerIP > 0, "MaxClientsPerHost %d", o.MaxPerIP)
	c.add(o.IdleTimeout > 0, "TimeoutIdle %d", seconds(o.IdleTimeout))
	c.add(o.Zone != "", "TimesGMT off")
	c.add(o.PasvAddress != "", "MasqueradeAddress %s\n<Limit EPSV>\nDenyAll\n</Limit>", o.PasvAddress)
	passwd := fmt.Sprintf("%s:%s:%s:%s:lab:%s:/bin/sh\n", d.User, hash, me.Uid, me.Gid, filepath.Dir(d.Root))
	return []string{bin, "-n", "-c", d.path("proftpd.conf")}, errors.Join(d.write("proftpd.conf", c.bytes()),
		d.write("passwd", []byte(passwd)), d.write("group", fmt.Appendf(nil, "%s:x:%s:\n", group.Name, me.Gid)))
}

// pureftpd wants to be root; a user namespace will do. Its users may not be.
func (d *Daemon) pureftpd(o Options) ([]string, error) {
	bin, err := unpacked(PureFTPd, "usr/sbin/pure-ftpd")
	if err != nil {
		return nil, err
	}
	pw, err := unpacked(PureFTPd, "usr/bin/pure-pw")
	if err != nil {
		return nil, err
	}
	d.ns, d.Dir = !root, "/pub"
	home := filepath.Dir(d.Root)
	entry := fmt.Sprintf("%s:%s:1:1::%s/./::::::::::::\n", d.User, hash, home)
	if err := d.write("pure.passwd", []byte(entry)); err != nil {
		return nil, err
	}
	if out, err := exec.Command(pw, "mkdb", d.path("pure.pdb"), "-f", d.path("pure.passwd")).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pure-pw: %w: %s", err, out)
	}
	args := []string{bin, "-S", d.Host + "," + fmt.Sprint(d.Port), "-l", "puredb:" + d.path("pure.pdb"), "-E",
		"-u", "1", "-A", "-H", "-g", d.path("pid"), "-p", "20000:32000", "-c", "200"}
	switch {
	case o.RequireTLS:
		args = append(args, "-Y", "2", "-2", d.path("both.pem"))
	case o.TLS:
		args = append(args, "-Y", "1", "-2", d.path("both.pem"))
	}
	if o.MaxPerIP > 0 {
		args = append(args, "-C", fmt.Sprint(o.MaxPerIP))
	}
	if o.IdleTimeout > 0 {
		args = append(args, "-I", fmt.Sprint(max(1, int(o.IdleTimeout/time.Minute))))
	}
	if o.ListLimit > 0 {
		args = append(args, "-L", fmt.Sprintf("%d:5", o.ListLimit))
	}
	return args, d.Share()
}

// python is the script that runs pyftpdlib.
const python = `
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
host, port, home, certificate, required, per_ip, idle, address, tls, local = sys.argv[1:]
if tls == '1':
    from pyftpdlib.handlers import TLS_FTPHandler as FTPHandler
authorizer = DummyAuthorizer()
authorizer.add_user('ftplab', 'ftplab', home, perm='elradfmwMT')
class Handler(FTPHandler):
    pass
Handler.authorizer = authorizer
Handler.timeout = int(idle)
Handler.use_gmt_times = local != '1'
Handler.passive_ports = range(20000, 32001)
if tls == '1':
    Handler.certfile = certificate
    Handler.tls_control_required = Handler.tls_data_required = required == '1'
if address:
    Handler.masquerade_address = address
    Handler.proto_cmds = {k: v for k, v in Handler.proto_cmds.items() if k != 'EPSV'}
server = FTPServer((host, int(port)), Handler)
server.max_cons = 512
server.max_cons_per_ip = int(per_ip)
server.serve_forever()
`

func (d *Daemon) pyftpdlib(o Options) ([]string, error) {
	const interpreter = "/usr/bin/python3" // Debian's own has the package, another may not
	if err := exec.Command(interpreter, "-c", "import pyftpdlib, OpenSSL").Run(); err != nil {
		return nil, &MissingError{Kind: Pyftpdlib, Path: interpreter + " with pyftpdlib and OpenSSL"}
	}
	d.Dir = "/pub"
	bit := map[bool]string{true: "1", false: "0"}
	idle := 300
	if o.IdleTimeout > 0 {
		idle = seconds(o.IdleTimeout)
	}
	return []string{interpreter, "-W", "ignore", "-c", python, d.Host, fmt.Sprint(d.Port), filepath.Dir(d.Root), d.path("both.pem"),
		bit[o.RequireTLS], fmt.Sprint(o.MaxPerIP), fmt.Sprint(idle), o.PasvAddress, bit[o.TLS], bit[o.Zone != ""]}, nil
}
