// Package transfer is the queue: it moves files and folders between this
// machine and servers, and never forgets one.
//
// To start:
//
//	q, err := transfer.Open(transfer.Config{Dir: state, Leaser: transfer.NewLeaser(pool)})
//	q.Start()
//	ids, err := q.Add(ctx, transfer.Request{…}) // durable when it returns nil
//	err = q.Wait(ctx, ids...)
//	err = q.Close(ctx)
//
// Reading order: item.go (what the words mean), queue.go (the facts; add.go,
// pause.go, order.go, question.go and delta.go are its other methods),
// worker.go (one goroutine a slot; site.go and retry.go say what it may take,
// and when, crew.go how many slots a site gets), plan.go and walk.go (a folder
// becomes Items while it is walked), copy.go with upload.go, safe.go,
// download.go and remove.go (one file), segment.go, segmented.go and
// segmentslot.go (a big file over several sessions), leftover.go (what a file
// that was given up leaves), then package session. journal.go, snapshot.go, restore.go, repair.go and copies.go
// are the queue on disk, record.go says what its lines mean; hold.go is what
// waits after a crash.
//
// Who owns what. Queue.mu guards every fact of every item: state, order,
// revision, question. The count of bytes moved is an atomic of its item and
// is written by the worker that has it. A Session belongs to the worker that
// leased it, and an item in Asking, Retrying, Waiting or Paused has none.
// The journal has its own lock, always taken after Queue.mu.
//
// What damage costs. One wrong byte costs nothing, in any line. A line that is
// destroyed costs no item: what says that an item was promised, and what it is
// about, stands twice in a row. It may cost what was known of how far an item
// came, which is then found out anew; what is told of one partial file is never
// believed of another. Where both copies are gone, as with a page of zeros, the
// items in it are lost: they are counted, and the file is set aside and named.
//
// What is promised. Nothing is Done before the bytes at the target are counted
// and equal the source. What Add acknowledged is on the disk. A download is
// written beside its target and renamed; what was there before stays whole
// until then. An offset to go on from comes from a fresh SIZE or the length of
// the partial file, never from memory, and only where the source is the one
// that was begun. A partial file with holes is told by its name, and gone on
// from only where the journal says what was synced; its pieces overlap, and
// what overlaps is compared. After a lost reply the server is asked before
// anything is repeated. No secret is stored: passwords stay with session.Env.
package transfer
