package session

import (
	"cmp"
	"crypto/tls"
	"strings"
	"time"
)

// Info is what is known about a connection, for people and for decisions.
type Info struct {
	Software    string // "vsFTPd 3.0.5"; what SYST says where the greeting is silent
	Greeting    string // its first words, escaped
	TLS         string // "TLS 1.3", "" for a plain connection
	Cipher      string
	Resumed     bool     // the control connection resumed an earlier TLS session
	Features    []string // FEAT lines, trimmed, escaped
	ListMode    ListMode
	DataMode    DataMode
	Certificate *Certificate // what the server showed, nil without TLS
	Number      int          // of the connection, as in the transcript
}

// Info tells what is known about the connection now.
func (s *Session) Info() Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info
}

// inform gathers Info; s.mu is held.
func (s *Session) inform() Info {
	info := Info{
		Greeting: escape(s.ctl.Greeting().Text()), Number: s.number,
		DataMode: DataMode(s.ctl.Mode()), ListMode: s.listMode(),
	}
	info.Software = cmp.Or(softwareOf(s.ctl.Greeting().Text()), s.system, s.learned().Software)
	for _, f := range s.ctl.Features() {
		info.Features = append(info.Features, escape(f))
	}
	if cs, ok := s.ctl.Secure(); ok {
		info.TLS, info.Cipher, info.Resumed = tls.VersionName(cs.Version), tls.CipherSuiteName(cs.CipherSuite), cs.DidResume
		if len(cs.PeerCertificates) > 0 {
			c := describe(s.target, cs.PeerCertificates, nil)
			info.Certificate = &c
		}
	}
	return info
}

func (s *Session) refreshInfo() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.info = s.inform()
}

// remember stores what this login taught.
func (s *Session) remember() {
	_, secure := s.ctl.Secure()
	software := s.Info().Software
	known := s.learned()
	if known.Software == software && known.TLSSeen == (known.TLSSeen || secure) {
		return
	}
	s.learn(func(l *Learned) {
		l.Software = software
		l.TLSSeen = l.TLSSeen || secure
	})
}

func (s *Session) learned() Learned {
	if s.env.Memory == nil {
		return Learned{}
	}
	return s.env.Memory.Recall(s.target)
}

func (s *Session) learn(change func(*Learned)) {
	if s.env.Memory != nil {
		s.env.Memory.Learn(s.target, change)
	}
}

func (s *Session) timeout() time.Duration {
	if s.env.Timeout > 0 {
		return s.env.Timeout
	}
	return DefaultTimeout
}

// banners are the greetings of servers that this program knows something
// about. The version, where it is given, is kept.
var banners = []phrases{
	words(`(vsFTPd [0-9.]+)`),
	words(`(ProFTPD(?: [0-9][0-9a-z.]*)?)`),
	words(`(Pure-FTPd)`),
	words(`(pyftpdlib [0-9.]+)`),
	words(`(FileZilla Server(?: version)?(?: [0-9][0-9a-z.]*)?)`),
	words(`(Microsoft FTP Service)`),
	words(`(Serv-U FTP Server v[0-9.]+|Serv-U)`),
	words(`(Go FTP Server)`),
	words(`(Longshore demo server)`),
	words(`(WU-FTPD|wu-[0-9.]+)`),
	words(`(?i)(drftpd|glftpd|crushftp|wing ftp server|gene6 ftp server|titan ftp server|cerberus ftp server|ws_ftp server|xlight ftp|bftpd|twoftpd|idea-ftp)`),
}

func softwareOf(greeting string) string {
	for _, re := range banners {
		if m := re().FindString(greeting); m != "" {
			return m
		}
	}
	return ""
}

// bearsEarly reports that the server is known to take the next PASV while a
// transfer runs. Others may break the transfer off (pyftpdlib does).
func (s *Session) bearsEarly() bool {
	known := s.learned()
	if known.NoEarlyEPSV || s.careful {
		return false
	}
	return known.EarlyEPSV || takesAhead(s.info.Software)
}

// takesAhead reports software that was tested to take commands before it has
// answered those that came before.
func takesAhead(software string) bool {
	name, _, _ := strings.Cut(software, " ")
	return name == "vsFTPd" || name == "ProFTPD" || name == "Pure-FTPd"
}

// isSoftware reports whether the server calls itself so.
func (s *Session) isSoftware(name string) bool { return strings.HasPrefix(s.info.Software, name) }
