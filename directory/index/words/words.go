// Package words holds what the search engines know about the language of
// persons who look for help: synonyms, words that say nothing, and words that
// are codes. It is data, shared by all engines, so that they agree. The groups
// of synonyms shipped here are the beginning; a network adds its own and
// switches off what misleads, and gives the engines the result as a [Set].
package words

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// file is the form of words.json.
type file struct {
	Groups []Group  `json:"groups"`
	Stop   []string `json:"stop"`
	Exact  []string `json:"exact"`
}

//go:embed words.json
var source []byte

// load reads the embedded data once; a test makes sure that it can be read.
var load = sync.OnceValue(func() file {
	var f file
	if err := json.Unmarshal(source, &f); err != nil {
		panic("words.json: " + err.Error())
	}
	return f
})

// Shipped answers the groups of synonyms that come with Havenloop.
func Shipped() []Group { return slices.Clone(load().Groups) }

// Default answers the words of a network that changed none.
func Default() Set { return shipped() }

var shipped = sync.OnceValue(func() Set { return Compose(load().Groups) })

// Stop answers the words that a search leaves out, such as "i need help with";
// never "no", "not" or "without".
func Stop() []string { return slices.Clone(load().Stop) }

// Exact answers the codes in which no letter may be wrong, such as "snap".
func Exact() []string { return slices.Clone(load().Exact) }
