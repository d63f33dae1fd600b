package kit

import "math"

// scrollbar is the arithmetic of a scroll bar along one axis: how long the
// thumb is, where it lies, and which offset a place on the track means. The
// offset is a float64, since a hundred thousand rows are more than a float32
// counts exactly. All in Fyne's units.
type scrollbar struct {
	content float64 // whole length
	view    float64 // length that is seen
	offset  float64
	grabbed bool
	grab    float64 // where in the thumb it was taken
	least   float64 // shortest thumb
}

// needed says whether there is anything to scroll.
func (s *scrollbar) needed() bool { return s.content > s.view+0.5 }

func (s *scrollbar) limit() float64 { return math.Max(0, s.content-s.view) }

// scrollTo sets the offset within its limits and reports whether it moved.
func (s *scrollbar) scrollTo(offset float64) bool {
	offset = math.Min(math.Max(offset, 0), s.limit())
	if offset == s.offset {
		return false
	}
	s.offset = offset
	return true
}

// thumb is the thumb's place and length on a track.
func (s *scrollbar) thumb(track float64) (pos, length float64) {
	if !s.needed() || track <= 0 {
		return 0, track
	}
	length = math.Min(track, math.Max(s.least, track*s.view/s.content))
	return (track - length) * s.offset / s.limit(), length
}

// press takes the thumb, or turns a page when the press is beside it. It
// reports whether the offset changed.
func (s *scrollbar) press(at, track float64) bool {
	pos, length := s.thumb(track)
	switch {
	case at < pos:
		return s.scrollTo(s.offset - s.view*0.9)
	case at > pos+length:
		return s.scrollTo(s.offset + s.view*0.9)
	}
	s.grabbed, s.grab = true, at-pos
	return false
}

// drag moves a taken thumb and reports whether the offset changed.
func (s *scrollbar) drag(at, track float64) bool {
	_, length := s.thumb(track)
	if !s.grabbed || track <= length {
		return false
	}
	return s.scrollTo((at - s.grab) / (track - length) * s.limit())
}

func (s *scrollbar) release() { s.grabbed = false }
