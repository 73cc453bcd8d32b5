// Package words holds what the search engines know about the language of
// persons who look for help: synonyms, words that say nothing, and words that
// are codes. It is data, shared by all engines, so that they agree.
package words

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// file is the form of words.json.
type file struct {
	// Mutual lists groups of phrases of which each stands for all others.
	Mutual [][]string `json:"mutual"`
	// OneWay says what else to look for when the key is typed, not the reverse.
	OneWay map[string][]string `json:"oneWay"`
	Stop   []string            `json:"stop"`
	Exact  []string            `json:"exact"`
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

// Synonyms answers, for each phrase that has some, the phrases that also
// count, in lower case with accents, sorted. The answer is the caller's.
func Synonyms() map[string][]string {
	out := map[string][]string{}
	for _, group := range load().Mutual {
		for _, from := range group {
			for _, to := range group {
				if from != to {
					out[from] = append(out[from], to)
				}
			}
		}
	}
	for from, to := range load().OneWay {
		out[from] = append(out[from], to...)
	}
	for _, from := range slices.Collect(maps.Keys(out)) {
		slices.SortFunc(out[from], cmp.Compare[string])
		out[from] = slices.Compact(out[from])
	}
	return out
}

// Stop answers the words that a search leaves out, such as "i need help with";
// never "no", "not" or "without".
func Stop() []string { return slices.Clone(load().Stop) }

// Exact answers the codes in which no letter may be wrong, such as "snap".
func Exact() []string { return slices.Clone(load().Exact) }
