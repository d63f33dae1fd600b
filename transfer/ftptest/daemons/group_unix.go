//go:build unix

package daemons

import "syscall"

// ownGroup lets the keeper kill the server and its sessions and nobody else.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
