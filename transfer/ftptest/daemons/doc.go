// Package daemons starts real FTP servers for tests: vsftpd, ProFTPD,
// Pure-FTPd and pyftpdlib, each on a free loopback port with a tree of its
// own, as root or as a plain user.
//
//	d := daemons.Start(t, daemons.VSFTPD, daemons.Options{TLS: true, RequireReuse: true})
//	// dial d.Addr as d.User with d.Password, trust d.CA;
//	// the folder d.Dir on the server is d.Root on this disk
//
// ".ci/setup test" puts their binaries into the user's cache folder. Where a
// server is missing the test is skipped and says so; with CI set in the
// environment that is a failure.
//
// A daemon runs in a process group of its own under a shell that waits for
// its input to end and then kills the group, so that nothing outlives the
// test, even if the test itself is killed.
package daemons
