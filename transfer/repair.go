package transfer

import "bytes"

// A bad sector, a cosmic ray or a careless editor changes a byte; the
// checksum says not only that but, by trial, which one. So a single wrong
// byte costs nothing, wherever it is: in the checksum, in the record, or at
// the end of the line.

// repairMost is the longest line that is tried: trials grow with its square.
const repairMost = 2 << 10

// repair finds the records of a line that has one wrong byte, nil if it has
// more. Two records come out where the wrong byte was the LF between them.
func repair(line []byte) []record {
	if len(line) > 2*repairMost {
		return nil
	}
	if len(line) <= repairMost {
		if r, ok := repairOne(line); ok {
			return []record{r}
		}
	}
	for i := 10; i+10 < len(line); i++ {
		if line[i+9] != ' ' {
			continue
		}
		a, errA := parseLine(line[:i])
		b, errB := parseLine(line[i+1:])
		if errA == nil && errB == nil {
			return []record{a, b}
		}
	}
	return nil
}

// repairOne tries every value at every place. The checksum of a line that
// differs in one place follows from the difference alone, but lines are short
// and rare enough to simply try.
func repairOne(line []byte) (record, bool) {
	if len(line) < 10 {
		return record{}, false
	}
	try := bytes.Clone(line)
	for i := range try {
		was := try[i]
		values := 256
		if i < 9 {
			values = 128
		}
		for v := range values {
			if try[i] = byte(v); byte(v) == was {
				continue
			}
			if _, err := checked(try); err == nil {
				if r, err := parseLine(try); err == nil {
					return r, true
				}
			}
		}
		try[i] = was
	}
	return record{}, false
}

// rejoin puts together a line in which a byte became an LF.
func rejoin(a, b []byte) (record, bool) {
	if len(a)+len(b) > 2*repairMost {
		return record{}, false
	}
	try := append(append(bytes.Clone(a), 0), b...)
	for v := range 256 {
		try[len(a)] = byte(v)
		if r, err := parseLine(try); err == nil {
			return r, true
		}
	}
	return record{}, false
}
