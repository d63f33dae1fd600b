package model

import (
	"context"
	"io/fs"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Server is the browsing connection of a tab. Every method may block and is
// called beside the UI goroutine; calls are serialised by the implementation,
// and a lost connection is made again by itself.
type Server interface {
	// Connect logs in and tells the folder the server put us in.
	Connect(ctx context.Context) (home string, info session.Info, err error)
	List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error)
	MakeDir(ctx context.Context, path string) error
	MakeFile(ctx context.Context, path string) error
	Rename(ctx context.Context, from, to string) error
	Chmod(ctx context.Context, path string, mode fs.FileMode) error
	Raw(ctx context.Context, line string) (code int, text string, err error)
	Close()
}
