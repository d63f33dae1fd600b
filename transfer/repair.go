package transfer

import (
	"bytes"
	"hash/crc32"
	"strconv"
)

// A bad sector, a cosmic ray or a careless editor changes a byte; the
// checksum tells not only that but which one: a CRC is linear, so the
// difference it shows depends on the place and the difference of the byte
// alone. So a single wrong byte costs nothing, wherever it is: in the
// checksum, in the record, or at the end of the line.

// repairMost bounds the line that is tried as two: trials grow with its square.
const repairMost = 4 << 10

// fromTop finds the entry of the CRC's table by its highest byte.
var fromTop = func() (from [256]byte) {
	for i, v := range crc32.IEEETable {
		from[v>>24] = byte(i)
	}
	return from
}()

// repair finds the records of a line that has one wrong byte, nil if it has
// more. Two records come out where the wrong byte was the LF between them.
func repair(line []byte) []record {
	if r, ok := repairSum(line); ok {
		return []record{r}
	}
	if fixed, _ := repairByte(line); fixed != nil {
		if r, err := parseLine(fixed); err == nil {
			return []record{r}
		}
	}
	return split(line)
}

// split takes a line apart where an LF became another byte.
func split(line []byte) []record {
	if len(line) > repairMost {
		return nil
	}
	for i := 10; i+10 < len(line); i++ {
		if line[i+9] != ' ' {
			continue
		}
		b, err := parseLine(line[i+1:])
		if err != nil {
			continue
		}
		if a, err := parseLine(line[:i]); err == nil {
			return []record{a, b}
		}
	}
	return nil
}

// repairSum is for a wrong byte in the checksum or the blank behind it: the
// record is right if only one character differs from what it should be.
func repairSum(line []byte) (record, bool) {
	if len(line) < 10 {
		return record{}, false
	}
	sum := strconv.FormatUint(1<<32|uint64(checksum(line[9:])), 16)[1:] + " "
	wrong := 0
	for i := range sum {
		if line[i] != sum[i] {
			wrong++
		}
	}
	if wrong != 1 {
		return record{}, false
	}
	r, err := parseLine(append([]byte(sum), line[9:]...))
	return r, err == nil
}

// repairByte finds the one byte of the record that explains the checksum, and
// where it is. It goes back from the end, undoing what each byte did to the
// difference, until that is what one byte does.
func repairByte(line []byte) (fixed []byte, at int) {
	if len(line) < 10 {
		return nil, 0
	}
	want, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil || line[8] != ' ' {
		return nil, 0
	}
	d := checksum(line[9:]) ^ uint32(want)
	for at = len(line) - 1; at >= 9; at-- {
		v := fromTop[d>>24]
		if crc32.IEEETable[v] == d {
			fixed = bytes.Clone(line)
			fixed[at] ^= v
			return fixed, at
		}
		d = (d^crc32.IEEETable[v])<<8 | uint32(v)
	}
	return nil, 0
}

// rejoin puts together a line in which a byte became an LF.
func rejoin(a, b []byte) (record, bool) {
	whole := append(append(bytes.Clone(a), '\n'), b...)
	if len(a) < 9 {
		return repairSum(whole)
	}
	fixed, at := repairByte(whole)
	if fixed == nil || at != len(a) {
		return record{}, false
	}
	r, err := parseLine(fixed)
	return r, err == nil
}
