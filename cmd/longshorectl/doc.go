// Command longshorectl moves files between this machine and FTP servers from
// scripts and terminals, with the same engine as the window.
//
//	longshorectl ls [-a] [--json] PLACE
//	longshorectl get [-r] PLACE... LOCAL
//	longshorectl put [-r] LOCAL... PLACE
//	longshorectl rm [-r] PLACE...
//	longshorectl mkdir [-p] PLACE...
//	longshorectl mv PLACE PLACE
//	longshorectl chmod MODE PLACE...
//	longshorectl check PLACE
//	longshorectl sites ls|add NAME PLACE|rm NAME|import FILE|export FILE
//
// PLACE is ftp://[user@]host[:port]/path (TLS if the server has it),
// ftpes:// (TLS required), ftps:// (TLS from the first byte), ftp+plain://
// (never TLS), or SITE:/path with the name of a saved site.
//
// The exit status is 0 when all arrived, 1 when some did not (each is named
// with its reason), 2 for wrong usage, 3 when no connection or login was had.
//
// # What a second run does
//
// get and put keep a journal, one for each command by its sources and target,
// in the folder "ctl" of the state folder. A run that comes to its end removes
// it. What is left of one that was killed or interrupted is used by the next
// run of the same command, before it does anything else:
//
//   - Files that were on their way are brought to their end first, from where
//     they stood: the journal knows them as our own, so that a half-written
//     file at a server is never mistaken for a newer one, or for one to skip.
//   - Then the command is carried out anew, and --exists decides about what is
//     there. With "resume" whole files are left and the rest goes on, so that
//     the same command repeated until it succeeds ends with equal trees. With
//     "fail" the files that arrived before are named as existing.
//   - With "rename" the killed run is gone on with and nothing is begun anew,
//     because each file would arrive a second time under another name.
//
// While a command runs, the same command is refused in another process: two
// would write the same files. Journals of commands that nobody repeated are
// removed after 30 days.
//
// # Where things are
//
// main.go chooses the command, each command has a file of its name. connect.go
// makes connections and asks for passwords, transfer.go runs the queue,
// leftover.go deals with killed runs, report.go with progress and results in
// lines, bars and JSON. Every sentence for the user is in words.go.
package main
