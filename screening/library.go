package screening

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// shipped holds the instruments that come with the program: for each a
// Questionnaire and its rules, and the list of topics.
//
//go:embed instruments
var shipped embed.FS

// Library holds instruments by id and canonical URL.
type Library struct {
	list   []*Instrument // in the order of file names
	topics map[string]TopicInfo
	// retired and broken have the "url|version" of instruments that start no
	// new screening, and of stored ones that cannot be read any more.
	retired map[string]bool
	broken  map[string]error
}

// Info is an instrument in a list.
type Info struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	Title     string   `json:"title"`
	Version   string   `json:"version"`
	Status    string   `json:"status"` // active or draft
	Languages []string `json:"languages"`
	// Unreviewed are those languages whose translation no person has verified.
	Unreviewed []string `json:"unreviewed,omitempty"`
}

// Shipped answers the instruments that come with the program.
var Shipped = sync.OnceValues(func() (*Library, error) {
	files, err := fs.Sub(shipped, "instruments")
	if err != nil {
		return nil, err
	}
	return LoadLibrary(files)
})

// LoadLibrary reads the files NAME.questionnaire.json and NAME.rules.json, in
// the order of names, the translations NAME.LANGUAGE.json beside them, and
// topics.json.
func LoadLibrary(files fs.FS) (*Library, error) {
	b, err := fs.ReadFile(files, "topics.json")
	if err != nil {
		return nil, fmt.Errorf("load instruments: %w", err)
	}
	l := &Library{}
	if l.topics, err = parseTopics(b); err != nil {
		return nil, fmt.Errorf("load instruments: %w", err)
	}
	names, err := fs.Glob(files, "*.questionnaire.json")
	if err != nil {
		return nil, fmt.Errorf("load instruments: %w", err)
	}
	for _, name := range names {
		i, err := l.read(files, name)
		if err != nil {
			return nil, fmt.Errorf("load instrument %s: %w", name, err)
		}
		l.list = append(l.list, i)
	}
	return l, nil
}

func (l *Library) read(files fs.FS, name string) (*Instrument, error) {
	q, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	base := strings.TrimSuffix(name, ".questionnaire.json")
	r, err := fs.ReadFile(files, base+".rules.json")
	if err != nil {
		return nil, err
	}
	if q, err = translated(files, base, q); err != nil {
		return nil, err
	}
	return ParseInstrument(q, r, l.topics)
}

// translated puts the translations that stand beside a questionnaire into it.
func translated(files fs.FS, base string, q []byte) ([]byte, error) {
	names, err := fs.Glob(files, base+".*.json")
	if err != nil {
		return nil, err
	}
	var texts [][]byte
	for _, name := range names {
		if name == base+".questionnaire.json" || name == base+".rules.json" {
			continue
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		texts = append(texts, b)
	}
	if len(texts) == 0 {
		return q, nil
	}
	return translate(q, texts...)
}

// Infos lists the newest version of each instrument.
func (l *Library) Infos() []Info {
	var out []Info
	for _, i := range l.list {
		if l.Find(i.ID) == i {
			out = append(out, i.info())
		}
	}
	return out
}

func (i *Instrument) info() Info {
	return Info{ID: i.ID, URL: i.URL, Title: i.Title, Version: i.Version, Status: i.Status, Languages: i.Languages, Unreviewed: i.Unreviewed}
}

// Find answers the instrument with the id, url or "url|version"; the newest
// version in use where none is named, nil when there is none.
func (l *Library) Find(ref string) *Instrument {
	var found *Instrument
	for _, i := range l.list {
		switch {
		case ref == i.Ref():
			return i
		case (ref == i.ID || ref == i.URL) && !l.retired[i.Ref()] && (found == nil || newer(i.Version, found.Version)):
			found = i
		}
	}
	return found
}

// Topic describes a topic.
func (l *Library) Topic(topic string) (TopicInfo, bool) {
	t, ok := l.topics[topic]
	return t, ok
}

// newer compares versions of dotted numbers.
func newer(a, b string) bool {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		return strings.Compare(fmt.Sprintf("%8s", x), fmt.Sprintf("%8s", y))
	}) > 0
}
