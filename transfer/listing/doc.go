// Package listing reads what an FTP server sends for MLSD and LIST, and
// decides which of the names in it may become part of a local path.
//
// Start with [NewReader] over the data connection and call [Reader.Next]
// until io.EOF. Rows come as soon as their bytes have come; nothing is kept.
// The reader finds the dialect by itself: MLSD facts (RFC 3659) or one of the
// LIST forms that servers really send, one file each: unix, dos, eplf, vms,
// mvs, os400, netware. Lines that come in another way than through a reader,
// as in the reply to STAT, go through [Reader.Line].
//
// # Promises
//
//   - No row is dropped in silence. What cannot be read is counted, and the
//     first lines of it are kept, escaped, in [Report].
//   - A row is kept even if its date or size cannot be understood: the field
//     is then "not said" (zero Time, Size -1), never a guess. Sizes that are
//     rounded (VMS blocks, "1.5K") count as not said, because sizes are used
//     to prove that a file arrived.
//   - Memory is bounded whatever the server sends: lines, rows and bytes have
//     limits, see [Options]. Nothing panics; the fuzz tests hold that.
//   - [Entry.Raw] is the name byte for byte. It is the identity to use in
//     commands. "." and ".." and the cdir and pdir rows are never returned.
//
// Names are hostile until [CheckName] says otherwise, and [LocalName] maps
// what a local file system would not bear. [Escape] makes any server text
// safe to show.
//
// The package is pure: it does no I/O but reading, knows no clock but
// [Options].Now, and starts no goroutine. A Reader belongs to one goroutine.
package listing
