package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// sums maps each file below a folder to the SHA-256 of what is in it.
func sums(root string) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found[rel], err = sum(path)
		return err
	})
	return found, err
}

// sum is the SHA-256 of one file.
func sum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// same compares two folders by name and content and names the first differences.
func same(want, got string) (int, error) {
	a, err := sums(want)
	if err != nil {
		return 0, err
	}
	b, err := sums(got)
	if err != nil {
		return 0, err
	}
	if maps.Equal(a, b) {
		return len(a), nil
	}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		switch sum, ok := b[name]; {
		case !ok:
			wrong = append(wrong, name+" is missing")
		case sum != a[name]:
			wrong = append(wrong, name+" differs")
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			wrong = append(wrong, name+" is too many")
		}
	}
	return len(a), fmt.Errorf("%d of %d files differ: %v", len(wrong), len(a), wrong[:min(8, len(wrong))])
}

// fill makes count files of 0 to most bytes in a few folders, the same for
// the same seed, with names that servers and shells stumble over.
func fill(dir string, count, most int, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 1))
	odd := []string{"plain", "with space", "ümläut", "quo'te", `dou"ble`, "[bracket]", ".dot", "-dash", "100%", "a&b", "ß=#"}
	source := rand.NewChaCha8([32]byte{byte(seed)})
	for i := range count {
		folder := filepath.Join(dir, fmt.Sprintf("%s %d", odd[i%5], i%20/5))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		data := make([]byte, rng.IntN(most+1))
		if i%17 == 0 {
			data = nil
		}
		_, _ = source.Read(data)
		name := fmt.Sprintf("%s %03d.dat", odd[rng.IntN(len(odd))], i)
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// big makes one large file.
func big(path string, size int64, seed uint64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.CopyN(f, rand.NewChaCha8([32]byte{byte(seed)}), size); err != nil {
		return err
	}
	return f.Close()
}
