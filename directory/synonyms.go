package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// synonymDoc is what the network changed of the shipped synonyms.
type synonymDoc struct {
	docstore.Meta
	Own []words.Group `json:"own,omitempty"`
	// Off lists the keys of shipped groups that do not count.
	Off       []string  `json:"off,omitempty"`
	ChangedAt time.Time `json:"changedAt,omitzero"`
	ChangedBy string    `json:"changedBy,omitempty"` // a name
}

var synonymSpec = docstore.Spec[synonymDoc]{
	Name: "synonyms", Schema: 1,
	Meta: func(s *synonymDoc) *docstore.Meta { return &s.Meta },
}

// Synonyms is a group of synonyms in the list that those who run the network edit.
type Synonyms struct {
	words.Group
	Shipped bool // comes with Havenloop; it can be switched off, not edited
	Off     bool
}

// groups are all groups with their state: own ones first, then shipped ones.
func (s synonymDoc) groups() []Synonyms {
	var out []Synonyms
	for _, g := range s.Own {
		out = append(out, Synonyms{Group: g})
	}
	for _, g := range words.Shipped() {
		out = append(out, Synonyms{Group: g, Shipped: true, Off: slices.Contains(s.Off, g.Key())})
	}
	return out
}

// set is the words with which to search.
func (s synonymDoc) set() words.Set {
	var on []words.Group
	for _, g := range s.groups() {
		if !g.Off {
			on = append(on, g.Group)
		}
	}
	return words.Compose(on)
}

// own is the place of an own group, -1 for none.
func (s synonymDoc) own(key string) int {
	return slices.IndexFunc(s.Own, func(g words.Group) bool { return g.Key() == key })
}

// ListSynonyms answers all groups of synonyms, those of the network first. It
// needs NetworkManage.
func (d *Directory) ListSynonyms(ctx context.Context) ([]Synonyms, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return nil, err
	}
	stored, err := d.synonyms.get(ctx)
	return stored.groups(), err
}

// Bounds of synonyms that a network makes.
const (
	maxOwnGroups    = 2000
	maxPhraseWords  = 6
	maxPhraseLength = 60 // characters
)

var (
	errNoSynonyms   = fault.New(fault.NotFound, "These words are not in the list any more.")
	errWordsExist   = fault.New(fault.Conflict, "There is a set with this first word. Change that one.")
	errWordsShipped = fault.New(fault.Conflict, "This set comes with Havenloop. Switch it off and make your own.")
)

// PutSynonyms stores a group of the network: in place of the one with the key,
// or a new one when key is "". Searches use it at once. It needs NetworkManage.
func (d *Directory) PutSynonyms(ctx context.Context, key string, g words.Group) error {
	g, err := checkGroup(g)
	if err != nil {
		return err
	}
	return d.changeSynonyms(ctx, func(s *synonymDoc) error {
		place := s.own(key)
		if key != "" && place < 0 {
			return errNoSynonyms
		}
		if g.Key() != key {
			for _, have := range s.groups() {
				switch {
				case have.Key() == g.Key() && have.Shipped && !have.Off:
					return errWordsShipped
				case have.Key() == g.Key() && !have.Shipped:
					return errWordsExist
				}
			}
		}
		if place >= 0 {
			s.Own[place] = g
			return nil
		}
		s.Own = append(s.Own, g)
		if len(s.Own) > maxOwnGroups {
			return fault.New(fault.BusinessRule, "The list is full. Take some sets out first.")
		}
		return nil
	})
}

// RemoveSynonyms takes a group of the network out. It needs NetworkManage.
func (d *Directory) RemoveSynonyms(ctx context.Context, key string) error {
	return d.changeSynonyms(ctx, func(s *synonymDoc) error {
		place := s.own(key)
		if place < 0 {
			return errNoSynonyms
		}
		s.Own = slices.Delete(s.Own, place, place+1)
		return nil
	})
}

// SwitchSynonyms switches a shipped group on or off. It needs NetworkManage.
func (d *Directory) SwitchSynonyms(ctx context.Context, key string, on bool) error {
	if !slices.ContainsFunc(words.Shipped(), func(g words.Group) bool { return g.Key() == key }) {
		if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
			return err
		}
		return errNoSynonyms
	}
	return d.changeSynonyms(ctx, func(s *synonymDoc) error {
		s.Off = slices.DeleteFunc(s.Off, func(k string) bool { return k == key })
		if !on {
			s.Off = append(s.Off, key)
		}
		return nil
	})
}

// changeSynonyms stores a change and searches with it, unless a word would then
// have more synonyms than engines keep.
func (d *Directory) changeSynonyms(ctx context.Context, change func(*synonymDoc) error) error {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return err
	}
	stored, err := d.synonyms.change(ctx, func(s *synonymDoc) error {
		before := len(s.set().Excess())
		if err := change(s); err != nil {
			return err
		}
		if over := s.set().Excess(); len(over) > before {
			var f fault.Fields
			f.Add("words", "Too many words go with “%s”: at most %d phrases, with %d words in all. Take some out.", over[0], words.MaxPhrases, words.MaxWords)
			return f.Err()
		}
		s.ChangedAt, s.ChangedBy = d.now(), actor.Name
		s.Emit(d.now(), "synonyms.changed", struct{}{})
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.index.SetWords(ctx, stored.set()); err != nil {
		d.log.WarnContext(ctx, "the search index gets the changed synonyms later", "error", err)
	}
	return nil
}

// checkGroup brings a group into the form in which it is stored.
func checkGroup(g words.Group) (words.Group, error) {
	var f fault.Fields
	f.Check(slices.Contains([]string{words.English, words.Spanish, words.Several}, g.Language), "language", "Choose a language from the list.")
	seen := map[string]bool{}
	g.Words = checkPhrases(&f, "words", g.Words, seen)
	g.Also = checkPhrases(&f, "also", g.Also, seen)
	f.Check(len(g.Words) > 0, "words", "Enter what people type.")
	f.Check(len(g.Words) != 1 || len(g.Also) > 0, "words", "Enter two words or more that mean the same, or say what else to look for.")
	return g, f.Err()
}

// checkPhrases answers the phrases without empty ones and those seen before.
func checkPhrases(f *fault.Fields, field string, list []string, seen map[string]bool) []string {
	var out []string
	for _, p := range list {
		p = strings.Join(strings.Fields(strings.ToLower(p)), " ")
		key := words.Phrase(p)
		if p == "" || seen[key] && key != "" {
			continue
		}
		seen[key] = true
		n := len(strings.Fields(key))
		f.Check(n > 0, field, "“%s” has no letters.", p)
		f.Check(n <= maxPhraseWords && len([]rune(p)) <= maxPhraseLength, field, "“%s” is too long. Use at most %d words.", p, maxPhraseWords)
		f.Check(n == 0 || !onlyStopWords(key), field, "“%s” is left out of searches. Use a word that says more.", p)
		out = append(out, p)
	}
	return out
}

func onlyStopWords(phrase string) bool {
	stop := words.Stop()
	return !slices.ContainsFunc(strings.Fields(phrase), func(w string) bool { return !slices.Contains(stop, w) })
}

// teach gives the index the synonyms of a network that changed some.
func (d *Directory) teach(ctx context.Context) error {
	stored, err := d.synonyms.get(ctx)
	if err != nil || stored.Version == 0 {
		return err
	}
	if err := d.index.SetWords(ctx, stored.set()); err != nil && !fault.Is(err, fault.Transient) {
		return err
	}
	return nil
}

// WordsConsumer follows changes of the synonyms that other processes store.
// While the index is away it fails, so that the relay tries again.
func (d *Directory) WordsConsumer() docstore.Consumer {
	return docstore.Consumer{Name: "directory-words", Local: true, Handle: func(ctx context.Context, events []docstore.Event) error {
		if !slices.ContainsFunc(events, func(e docstore.Event) bool { return e.Collection == synonymSpec.Name }) {
			return nil
		}
		stored, err := d.synonyms.get(ctx)
		if err != nil {
			return err
		}
		return d.index.SetWords(ctx, stored.set())
	}}
}
