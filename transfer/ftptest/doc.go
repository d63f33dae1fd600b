// Package ftptest is an FTP and FTPS server inside the process, for tests and
// for the program's demonstration.
//
//	s, err := ftptest.Start(ftptest.Options{TLS: ftptest.ExplicitTLS})
//	if err != nil { … }
//	defer s.Close()
//	// dial s.Addr() as "anonymous", or as a user named in Options.Users;
//	// its certificate is vouched for by s.Roots(); its tree lies in s.Root()
//
// It keeps to RFC 959, 2228, 2389, 2428, 3659 and 4217 and, where those leave
// a choice, does what vsftpd and ProFTPD do: MLSD, MDTM and MFMT are in UTC to
// the second, REST with STOR keeps what lies behind the bytes it writes, RMD
// removes empty folders only, a data connection belongs to the address that
// the control connection came from. Names never leave the served tree: every
// path goes through an os.Root.
//
// What goes wrong with real servers is a [Fault]: a list of them in
// [Options.Faults], or [Server.Inject] while it runs. Each says what happens
// (Do), at which command (On), at which byte (At) and how often (Times, Skip,
// Chance). Standing oddities (no MLSD, a wrong clock, a second certificate on
// data connections) are fields of Options.
//
// With [Options.Upstream] it is a relay that puts the same faults, and TLS, in
// front of another server; package daemons has real ones.
//
// # Ownership
//
// Start begins one goroutine that accepts, and two for each session: one
// reads commands, the other carries them out and alone writes replies and
// data. Close ends them, waits for all, and removes the tree if Start made it.
// All methods of Server may be called from any goroutine.
package ftptest
