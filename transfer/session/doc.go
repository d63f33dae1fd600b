// Package session talks to one FTP or FTPS server at a time: it connects, logs
// in, lists, moves files and changes them, and says in words what went wrong.
//
//	t, path, password, err := session.ParsePlace("ftpes://anna@ftp.example.org/pub")
//	env := &session.Env{Password: …}
//	s, err := session.Open(ctx, t, env)
//	if err != nil { … session.Explain(err) … }
//	defer s.Close()
//	report, err := s.List(ctx, path, func(rows []listing.Entry) { … })
//
// # What is here
//
//   - [Target] names a server, an account and how to reach it: plain data
//     without secrets. [ParsePlace] reads one from a URL.
//   - [Env] is what the program around gives: passwords, decisions about
//     certificates, a [Memory] of what was learned, a log. None of its functions
//     waits for a person: what is not known is an error that becomes a question
//     while no connection is held.
//   - [Session] is one logged-in connection, owned by one goroutine at a time.
//   - [Tree] lists a folder and all below it: with one session by STAT, many
//     folders a round trip, where the server's STAT is shown to tell all, else
//     with several by MLSD or LIST.
//   - [Pool] lends Sessions to the workers of the queue, [Browser] keeps one for
//     a person who looks around.
//   - [Error] is every error that leaves the package. Its [Kind] is what callers
//     decide by; classify.go alone knows which reply codes and words mean which.
//     [Explain] gives its sentences and a [Remedy].
//   - [Check] tries a server step by step and names the cause of what does not
//     work, with [Advice] that changes the Target.
//
// Under it, package wire owns every byte on the network; the library
// github.com/jlaffaye/ftp keeps the order of commands in between, and nothing
// outside this package and wire knows it. Package listing reads folders.
//
// Read session.go and open.go first, then list.go, retrieve.go and store.go;
// status.go and tree.go;
// pool.go with limit.go, and browser.go; classify.go, cause.go and fault.go, then
// explain.go; check.go last.
//
// # What is promised
//
//   - Every method takes a context, and its end takes effect within a second.
//     Each step has a deadline and is named in the error: a server cannot hang
//     the program, fill its memory or crash it.
//   - After an error that is no plain refusal a Session is Dead and never used
//     again, for nobody knows where the conversation stands.
//   - A reply that never came after STOR, DELE or RNTO makes the error Maybe: it
//     may have been done. Ask before repeating.
//   - A password goes over a connection without TLS only with the user's
//     consent, and never to a server that had TLS before or whose certificate
//     nobody trusts. It is in no error, no log and no report.
//   - What a server says is escaped before it reaches a screen or a log.
//
// # One connection for all
//
// Servers limit connections by account or address, and a browser's counts as
// any other. What the server bears is learned when it refuses (421, or 530 with
// words like "too many"), kept in [Learned] and tried again with one more after
// ten minutes. A Browser made by [Pool.NewBrowser] counts with the rest. Where
// all connections are held by browsers and a transfer waits, one of them gives
// its session up as soon as nobody uses it; a person who then looks around
// comes before all waiting transfers, after the file that is being moved. So a
// server with a single connection serves both, file by file, and neither sees
// an error. A Browser of [NewBrowser] has a connection of its own that the Pool
// knows nothing of.
package session
