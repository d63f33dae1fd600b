// Package ui is Longshore's window. It draws what package model says and calls
// its Actions; what could be wrong without a window is decided there.
//
// # Start
//
//	window := ui.New(fyneApp, model.Deps{…}, bells)
//	window.Start(place)
//	fyneApp.Run()
//	window.Close()
//
// # How it follows the model
//
// The model calls touch with the parts that changed. touch collects them and
// queues one refresh on the UI goroutine, so that any number of changes in one
// turn are drawn once. The queue and the log ring bells; the Pump turns them
// into at most one call at a time, and at most ten a second.
//
// A file here is a thing on the screen: a struct with its widgets, a
// constructor, and update, which takes over what the model says.
//
// # Who owns what
//
// Everything belongs to the UI goroutine but the Pump and the probe, which run
// beside it and reach it through fyne.Do only. Nothing here waits for it.
package ui
