// Package disk is what the panes do with this machine's own files: a folder is
// listed in the form that servers' folders have, files are copied and moved
// without ever replacing one, and the room that is left is told.
//
// Everything here waits for the disk, which may be at the other end of a
// network, and so belongs beside the UI goroutine.
package disk
