package ftptest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
)

// algorithms in the order of FEAT's HASH line.
var algorithms = []string{"CRC32", "MD5", "SHA-1", "SHA-256", "SHA-512"}

func newHash(algo string) hash.Hash {
	switch algo {
	case "CRC32":
		return crc32.NewIEEE()
	case "MD5":
		return md5.New()
	case "SHA-1":
		return sha1.New()
	case "SHA-256":
		return sha256.New()
	case "SHA-512":
		return sha512.New()
	}
	return nil
}

func (c *session) hashFeature() string {
	var out []string
	for _, a := range algorithms {
		if a == c.algo {
			a += "*"
		}
		out = append(out, a)
	}
	return "HASH " + strings.Join(out, ";")
}

// chooseHash is OPTS HASH (draft-bryan-ftp-hash).
func (c *session) chooseHash(algo string) {
	algo = strings.ToUpper(algo)
	if algo != "" && newHash(algo) == nil {
		c.reply(501, "Unknown algorithm.")
		return
	}
	if algo != "" {
		c.algo = algo
	}
	c.reply(200, "%s", c.algo)
}

// rang is RANG first last, for the next HASH.
func (c *session) rang() {
	var from, to int64
	if _, err := fmt.Sscanf(c.arg, "%d %d", &from, &to); err != nil || from < 0 {
		c.reply(501, "RANG needs two numbers.")
		return
	}
	c.from, c.to, c.ranged = from, to, from <= to
	c.reply(350, "Restarting at %d. End at %d.", from, to)
}

// hash answers as ProFTPD's mod_digest: algorithm, range, digest, name.
func (c *session) hash() {
	from, to := int64(0), int64(-1)
	if c.ranged {
		from, to = c.from, c.to+1
		c.ranged = false
	}
	sum, end, err := c.digest(c.algo, c.arg, from, to)
	c.did(err, 213, "%s %d-%d %s %s", c.algo, from, end, sum, c.arg)
}

// digestOf is XCRC and its like: a name, in quotes or not, and a range of
// bytes from the first to before the last.
func digestOf(algo string) func(*session) {
	return func(c *session) {
		name, from, to := digestArgs(c.arg)
		if _, err := c.srv.root.Stat(c.local(c.arg)); err == nil {
			name, from, to = c.arg, 0, -1
		}
		c.arg = name
		sum, _, err := c.digest(algo, name, from, to)
		c.did(err, 250, "%s", strings.ToUpper(sum))
	}
}

func digestArgs(arg string) (name string, from, to int64) {
	to = -1
	var numbers []int64
	if quoted, ok := strings.CutPrefix(arg, `"`); ok {
		var tail string
		if name, tail, ok = strings.Cut(quoted, `"`); ok {
			numbers, _ = leading(strings.Fields(tail))
		}
	} else {
		f := strings.Fields(arg)
		var n int
		numbers, n = trailing(f)
		name = strings.Join(f[:len(f)-n], " ")
	}
	switch len(numbers) {
	case 1:
		to = numbers[0]
	case 2:
		from, to = numbers[0], numbers[1]
	}
	return name, from, to
}

func leading(f []string) (out []int64, n int) {
	for _, s := range f {
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			break
		}
		out = append(out, v)
	}
	return out, len(out)
}

// trailing reads up to two numbers from the end, but never the first word.
func trailing(f []string) (out []int64, n int) {
	for i := len(f) - 1; i > 0 && n < 2; i-- {
		v, err := strconv.ParseInt(f[i], 10, 64)
		if err != nil {
			break
		}
		out = append([]int64{v}, out...)
		n++
	}
	return out, n
}

func (c *session) digest(algo, name string, from, to int64) (sum string, end int64, err error) {
	file, size, err := c.openFile(name)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	if to < 0 || to > size {
		to = size
	}
	from = min(from, to)
	h := newHash(algo)
	if _, err := io.Copy(h, io.NewSectionReader(file, from, to-from)); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), to, nil
}
