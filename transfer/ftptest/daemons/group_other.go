//go:build !unix

package daemons

import "syscall"

// ownGroup does nothing: none of the servers is to be had here.
func ownGroup() *syscall.SysProcAttr { return nil }
