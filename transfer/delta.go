package transfer

// Delta is what changed since a Rev: enough for a view to catch up, at a cost
// that follows the change and not the queue's length.
type Delta struct {
	Rev              Rev
	Full             bool     // the reader was too far behind: Items is everything there is
	Items            []Item   // changed since, and all that are active (their byte counts move)
	Removed          []ItemID // gone since
	Order            []ItemID // the whole order of what is not ended, nil if it did not change
	Totals           Totals   // of all that is not ended
	UpRate, DownRate float64  // bytes a second
	Paused           bool     // the whole queue
	Restoring        bool     // the journal is still being read
}
