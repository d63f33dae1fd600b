package sites

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// unknown holds the fields of a JSON object that this version has no name
// for. They are written back as they were, so that an older program does not
// destroy what a newer one stored.
type unknown map[string]json.RawMessage

// splitUnknown returns the members of the object in data that are no fields
// of the struct known points to.
func splitUnknown(data []byte, known any) (unknown, error) {
	var all unknown
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	names := jsonNames(reflect.TypeOf(known).Elem())
	maps.DeleteFunc(all, func(name string, _ json.RawMessage) bool {
		return names[strings.ToLower(name)] // encoding/json matches names in any case
	})
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// joinUnknown renders known and appends the fields of rest, sorted.
func joinUnknown(known any, rest unknown) ([]byte, error) {
	data, err := json.Marshal(known)
	if err != nil || len(rest) == 0 {
		return data, err
	}
	data = data[:len(data)-1]
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		if len(data) > 1 {
			data = append(data, ',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		data = append(append(append(data, key...), ':'), rest[name]...)
	}
	return append(data, '}'), nil
}

var jsonNamesOf sync.Map // reflect.Type → map[string]bool

func jsonNames(t reflect.Type) map[string]bool {
	if names, ok := jsonNamesOf.Load(t); ok {
		return names.(map[string]bool)
	}
	names := map[string]bool{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names[strings.ToLower(name)] = true
		}
	}
	jsonNamesOf.Store(t, names)
	return names
}
