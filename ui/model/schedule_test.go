package model

import (
	"reflect"
	"testing"
	"time"

	"longshore/transfer"
)

func TestParseSchedule(t *testing.T) {
	got, err := ParseSchedule("Mon-Fri 08:00-18:00 500/2000; sat,sun 22:00-06:00 0/0;12:00-24:00 1/0;")
	want := []transfer.Window{
		{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 480, To: 1080, Rate: transfer.Rate{Up: 500 << 10, Down: 2000 << 10}},
		{Days: []time.Weekday{6, 0}, From: 1320, To: 360},
		{From: 720, To: 1440, Rate: transfer.Rate{Up: 1 << 10}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ParseSchedule("fri-mon 01:00-02:00 1/1"); err != nil || len(got[0].Days) != 4 {
		t.Errorf("over the weekend: %+v, %v", got, err)
	}
	for _, bad := range []string{"mon 8-18 1/1", "xyz 08:00-18:00 1/1", "08:00-25:00 1/1", "08:00-18:00 1", "08:00-18:00 -1/1", "mon 08:00-18:00", "08:00 1/1"} {
		if got, err := ParseSchedule(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, got)
		}
	}
}
