package listing

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

// rows makes a listing of about 8 MiB.
func rows(format func(i int) string) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 8<<20; i++ {
		b.WriteString(format(i))
	}
	return b.Bytes()
}

func benchmark(b *testing.B, data []byte, o Options) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r := NewReader(bytes.NewReader(data), o)
		var e Entry
		for {
			if err := r.Read(&e); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		if report := r.Report(); report.Unreadable > 0 || report.Rows == 0 {
			b.Fatalf("%+v", report)
		}
	}
}

func BenchmarkMLSD(b *testing.B) {
	benchmark(b, rows(func(i int) string {
		return fmt.Sprintf("modify=20261122080%03d;perm=adfrw;size=%d;type=file;unique=FD01U%X;UNIX.group=1000;UNIX.groupname=staff;UNIX.mode=0644;UNIX.owner=1000;UNIX.ownername=alice; picture %07d.jpeg\r\n", i%1000, i*977, i+1<<24, i)
	}), Options{MLSD: true})
}

func BenchmarkUnix(b *testing.B) {
	benchmark(b, rows(func(i int) string {
		return fmt.Sprintf("-rw-r--r--    1 1000     1000     %8d Nov 22 08:%02d picture %07d.jpeg\r\n", i*977, i%60, i)
	}), Options{})
}

func BenchmarkDOS(b *testing.B) {
	benchmark(b, rows(func(i int) string {
		return fmt.Sprintf("11-22-26  08:%02dAM %20d picture %07d.jpeg\r\n", i%60, i*977, i)
	}), Options{})
}
