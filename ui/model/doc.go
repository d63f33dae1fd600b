// Package model is the whole application without a window: tabs, panes, queue
// rows, log, questions, messages and everything a user can do, as data and
// methods. It decides; package ui draws what it says and calls its Actions.
//
// # Start
//
// [New] takes [Deps]: the queue, the sites, a way to open servers, and two
// functions that tie it to the goroutine it lives on. [App.Start] opens the
// first tab; afterwards call [App.Apply] whenever the queue or the log rang.
//
// # Who owns what
//
// Everything here belongs to one goroutine, the one that draws, and there are
// no locks. Work that may block (a folder on a network disk, a server) runs in
// Deps.Go and comes back through Deps.Do. Each such piece of work carries the
// generation of the thing it was started for; what comes back too late finds
// another generation and is dropped. The one exception is [Log], which takes
// lines from any goroutine.
//
// # Promises
//
// A selection is kept by name: a refresh, a sort or a filter never moves it to
// another file. A question never blocks other work and its answer is given at
// most once. An Action that cannot be done now says why in one sentence. No
// text from a server reaches the screen unescaped. All words for the user are
// in words.go.
package model
