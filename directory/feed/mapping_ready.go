package feed

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/havenloop/havenloop/internal/fault"
)

// ready are the mappings that come with Havenloop, for layouts that several
// systems write.
//
//go:embed mappings/*.json
var ready embed.FS

var readyMappings = sync.OnceValue(func() []*Mapping {
	files, err := ready.ReadDir("mappings")
	if err != nil {
		panic(err) // embedded data; a test reads it
	}
	var out []*Mapping
	for _, f := range files {
		r, err := ready.Open(path.Join("mappings", f.Name()))
		if err != nil {
			panic(err)
		}
		m, err := ParseMapping(r)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", f.Name(), err))
		}
		out = append(out, m)
	}
	return out
})

// ReadyMappings are the mappings that come with Havenloop, by name.
func ReadyMappings() []*Mapping { return readyMappings() }

// ReadyMapping is the one of that name, or a fault.NotFound.
func ReadyMapping(name string) (*Mapping, error) {
	var names []string
	for _, m := range readyMappings() {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return nil, fault.New(fault.NotFound, "There is no ready mapping %q. There are: %s.", name, strings.Join(names, ", "))
}
