package sites

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"sync"
	"sync/atomic"

	"longshore/transfer/session"
)

// KnownVersion is the version of known_servers.json that this program writes.
const KnownVersion = 1

const maxKnown = 20_000

// KnownServers is what is known about servers by host and port: the
// certificate the user trusted, whether a password may go there readable, and
// what earlier sessions learned. It implements session.Memory. All methods may
// be called from any goroutine; what is read comes from memory at once.
type KnownServers struct {
	doc   *document
	state atomic.Pointer[knownFile]

	mu    sync.Mutex
	once  map[string]map[string]bool // server → SHA-256 of certificates trusted until the end
	plain map[string]bool            // servers that may get a password in clear until the end
	err   error                      // the first failure to write what was learned
}

type knownFile struct {
	Version int      `json:"version"`
	Servers knownMap `json:"servers"` // by ServerKey

	rest unknown
}

// knownMap counts before it reads.
type knownMap map[string]Known

func (m *knownMap) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw) > maxKnown {
		return fmt.Errorf("it has more than %d servers", maxKnown)
	}
	*m = make(knownMap, len(raw))
	for key, value := range raw {
		var s Known
		if err := json.Unmarshal(value, &s); err != nil {
			return err
		}
		(*m)[key] = s
	}
	return nil
}

// Known is what is kept about one server.
type Known struct {
	Certificate  *Pin            `json:"certificate,omitempty"`
	PlainAllowed bool            `json:"plain_allowed,omitempty"`
	Learned      session.Learned `json:"learned,omitzero"`

	rest unknown
}

// LoadKnownServers reads known_servers.json, as LoadBook does sites.json.
func LoadKnownServers(path string) (*KnownServers, error) {
	k := &KnownServers{doc: newDocument(path), once: map[string]map[string]bool{}, plain: map[string]bool{}}
	k.state.Store(&knownFile{Version: KnownVersion, Servers: map[string]Known{}})
	if err := k.doc.load(k.parse); err != nil {
		return nil, fmt.Errorf("known servers: %w", err)
	}
	return k, nil
}

// Notice is what the user should know about the file; "" when all is well.
func (k *KnownServers) Notice() string { return k.doc.noticed() }

// Err is the first error in writing what was learned, which has nobody else
// to go to; nil when all was written.
func (k *KnownServers) Err() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// All returns everything known, by ServerKey.
func (k *KnownServers) All() map[string]Known {
	all := maps.Clone(k.state.Load().Servers)
	for key, s := range all {
		all[key] = s.clone()
	}
	return all
}

// Recall returns what was learned about the Target's server.
func (k *KnownServers) Recall(t session.Target) session.Learned {
	return k.server(targetKey(t)).Learned
}

// Learn changes what is known about the Target's server and writes it if it
// is different. A failure to write does not stop a transfer: see Err.
func (k *KnownServers) Learn(t session.Target, change func(*session.Learned)) {
	err := k.change(targetKey(t), func(s *Known) { change(&s.Learned) })
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err == nil {
		k.err = err
	}
}

// SetLearned is Learn for the user's own edits: the error is returned.
func (k *KnownServers) SetLearned(t session.Target, l session.Learned) error {
	return k.change(targetKey(t), func(s *Known) { s.Learned = l })
}

// Forget drops everything about a server, also what was decided for this
// session only.
func (k *KnownServers) Forget(key string) error {
	k.mu.Lock()
	delete(k.once, key)
	delete(k.plain, key)
	k.mu.Unlock()
	return k.change(key, func(s *Known) { *s = Known{} })
}

func targetKey(t session.Target) string { return ServerKey(t.Host, t.PortOrDefault()) }

func (k *KnownServers) server(key string) Known { return k.state.Load().Servers[key].clone() }

func (s Known) clone() Known {
	if s.Certificate != nil {
		pin := *s.Certificate
		s.Certificate = &pin
	}
	if s.Learned.ClockOffset != nil {
		offset := *s.Learned.ClockOffset
		s.Learned.ClockOffset = &offset
	}
	s.rest = maps.Clone(s.rest)
	return s
}

// change edits one server's entry and writes the file if that changed it.
func (k *KnownServers) change(key string, edit func(*Known)) error {
	var next *knownFile
	return k.doc.change(k.parse, func() ([]byte, error) {
		old := k.state.Load()
		was := old.Servers[key]
		is := was.clone()
		edit(&is)
		if reflect.DeepEqual(was, is) {
			return nil, nil
		}
		next = &knownFile{Version: KnownVersion, Servers: maps.Clone(old.Servers), rest: old.rest}
		next.Servers[key] = is
		if reflect.DeepEqual(is, Known{}) {
			delete(next.Servers, key)
		}
		if len(next.Servers) > maxKnown {
			return nil, fmt.Errorf("no more than %d servers can be known", maxKnown)
		}
		return json.MarshalIndent(next, "", " ")
	}, func() { k.state.Store(next) })
}

func (k *KnownServers) parse(data []byte) error {
	var f knownFile
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &f); err != nil {
		return err
	}
	if f.Servers == nil {
		f.Servers = map[string]Known{}
	}
	newer := f.Version > KnownVersion
	k.state.Store(&f)
	if newer {
		return ErrNewer
	}
	return nil
}

// UnmarshalJSON keeps the fields it does not know.
func (f *knownFile) UnmarshalJSON(data []byte) (err error) {
	type plain knownFile
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*f = knownFile(p)
	f.rest, err = splitUnknown(data, &p)
	return err
}

// MarshalJSON writes the fields that were not known back.
func (f *knownFile) MarshalJSON() ([]byte, error) {
	type plain knownFile
	p := plain(*f)
	return joinUnknown(&p, f.rest)
}

// UnmarshalJSON keeps the fields it does not know.
func (s *Known) UnmarshalJSON(data []byte) (err error) {
	type plain Known
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*s = Known(p)
	s.rest, err = splitUnknown(data, &p)
	return err
}

// MarshalJSON writes the fields that were not known back.
func (s Known) MarshalJSON() ([]byte, error) {
	type plain Known
	p := plain(s)
	return joinUnknown(&p, s.rest)
}
