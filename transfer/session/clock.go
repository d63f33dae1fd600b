package session

import (
	"time"

	"longshore/transfer/listing"
)

// heldRows is how many rows wait for the clock to be known.
const heldRows = 2000

// listAndSetClock lists by LIST while it is not known what time it is at the
// server: LIST gives the server's local time, without a zone. The rows wait
// until one file's time has been asked for in UTC (MDTM), then all are put
// right. Very long listings are handed on as they come.
func (s *Session) listAndSetClock(mode ListMode, rows func([]listing.Entry)) (listing.Report, error) {
	var held []listing.Entry
	holding := true
	report, err := s.run(mode, func(batch []listing.Entry) {
		switch {
		case !holding:
			rows(batch)
		case len(held)+len(batch) <= heldRows:
			held = append(held, batch...)
		default:
			holding = false
			rows(append(held, batch...))
			held = nil
		}
	})
	if err == nil && len(held) > 0 {
		err = s.setClock(held)
	}
	if len(held) > 0 {
		rows(held)
	}
	return report, err
}

// setClock measures the offset with one file and shifts the rows. A server
// without an answer leaves them as they are.
func (s *Session) setClock(rows []listing.Entry) error {
	row, ok := clockRow(rows)
	if !ok {
		return nil
	}
	utc, err := s.modified(s.bare(row.Raw))
	if err != nil {
		return s.ctl.Err()
	}
	offset, ok := clockDifference(row.Time, utc)
	if !ok {
		return nil
	}
	s.setOffset(offset)
	shift(rows, offset)
	return nil
}

// setOffset keeps what was measured; nothing that was listed before changes.
func (s *Session) setOffset(offset time.Duration) {
	s.offset = &offset
	s.status.reader = nil // it knows none
	s.learn(func(l *Learned) { l.ClockOffset = &offset })
	if offset != 0 {
		s.note("The server's listings are %v ahead of UTC", offset)
	}
}

// shift puts rows right that were read before the server's clock was known.
func shift(rows []listing.Entry, offset time.Duration) {
	for i := range rows {
		if !rows[i].Exact && !rows[i].Time.IsZero() {
			rows[i].Time = rows[i].Time.Add(-offset)
		}
	}
}

// clockRow picks a file whose listed time is to the minute: older ones show
// the day only, which reads as midnight.
func clockRow(rows []listing.Entry) (listing.Entry, bool) {
	for _, e := range rows {
		h, m, _ := e.Time.Clock()
		if e.Type == listing.File && !e.Exact && !e.Time.IsZero() && h+m > 0 && checkName(e.Raw) == nil {
			return e, true
		}
	}
	return listing.Entry{}, false
}

// clockDifference is a whole number of quarters of an hour, as zones are. A
// remainder of more than the minute that LIST drops shows that the times are
// not of the same file state.
func clockDifference(listed, utc time.Time) (time.Duration, bool) {
	const zone = 15 * time.Minute
	d := listed.Sub(utc)
	offset := d.Round(zone)
	rest := d - offset
	return offset, rest.Abs() <= 90*time.Second && offset.Abs() <= 26*time.Hour
}
