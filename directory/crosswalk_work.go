package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// Unread is a term, or words in names, that the crosswalk says nothing of and
// that services have which serve no need yet.
type Unread struct {
	Kind     string // TermRule or PhraseRule
	Text     string
	Services int // that it would settle
}

// MappingWork is what the crosswalk could not map.
type MappingWork struct {
	Terms, Words []Unread // those that would settle most services first
	Services     int      // active services that serve no need, as far as they were read
	More         bool     // there are more than were read
}

const (
	// maxUnmapped is how many services MappingWork reads.
	maxUnmapped = 5000
	// maxUnread is how many terms and how many words it answers.
	maxUnread = 40
	// leastServices is how many services must share words in their names.
	leastServices = 2
)

// MappingWork lists the terms and words that the crosswalk could not map. It
// needs NetworkManage.
func (d *Directory) MappingWork(ctx context.Context) (MappingWork, error) {
	var work MappingWork
	crosswalk, err := d.Crosswalk(ctx)
	if err != nil {
		return work, err
	}
	terms, phrases := map[string]*Unread{}, map[string]*Unread{}
	for cursor := ""; work.Services < maxUnmapped; {
		page, err := d.Unmapped(ctx, cursor, importBatch)
		if err != nil {
			return work, err
		}
		for _, s := range page.Items {
			work.Services++
			found, err := d.termsOf(ctx, s.Service.Attributes)
			if err != nil {
				return work, err
			}
			for _, t := range found {
				if key := geo.Normal(t.Name); key != "" && crosswalk.terms[key] == nil {
					count(terms, key, Unread{Kind: TermRule, Text: t.Name})
				}
			}
			for _, p := range crosswalk.newPhrases(s.Service.Name) {
				count(phrases, p, Unread{Kind: PhraseRule, Text: p})
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
		work.More = work.Services >= maxUnmapped
	}
	work.Terms, work.Words = mostServices(terms, 1), mostServices(phrases, leastServices)
	return work, nil
}

// count counts a service for a term or phrase.
func count(list map[string]*Unread, key string, u Unread) {
	if list[key] == nil {
		list[key] = &u
	}
	list[key].Services++
}

// mostServices orders what at least some services have. A word that only
// stands in a longer phrase of as many services is left out.
func mostServices(list map[string]*Unread, least int) []Unread {
	var out []Unread
	for _, u := range list {
		if u.Services >= least {
			out = append(out, *u)
		}
	}
	slices.SortFunc(out, func(a, b Unread) int {
		return cmp.Or(b.Services-a.Services, len(b.Text)-len(a.Text), strings.Compare(a.Text, b.Text))
	})
	var kept []Unread
	for _, u := range out {
		inside := slices.ContainsFunc(kept, func(k Unread) bool {
			return u.Kind == PhraseRule && k.Services == u.Services && strings.Contains(" "+k.Text+" ", " "+u.Text+" ")
		})
		if !inside && len(kept) < maxUnread {
			kept = append(kept, u)
		}
	}
	return kept
}

// sayNothing are words in names that tell no need.
var sayNothing = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`a an and at by for from in of on or the to with our your
		agency assistance association care center centre city club committee community council county department district
		foundation free fund group help house inc initiative institute main national network new north south east west office
		organization program project public resource service society state support team united st street
		de del el la las los para y en con centro programa servicio ayuda`) {
		set[w] = true
	}
	return set
}()

// newPhrases lists the words and pairs of words of a name, each once, of which
// the crosswalk does not know what they mean.
func (c *Crosswalk) newPhrases(name string) []string {
	all := wordsOf(name)
	var out []string
	add := func(words ...string) {
		if p := strings.Join(words, " "); !c.knows(words) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for i, w := range all {
		if w == sentenceEnd || sayNothing[w] || len(w) < 3 {
			continue
		}
		add(w)
		if next := all[i+1]; next != sentenceEnd && !sayNothing[next] && len(next) > 2 {
			add(w, next)
		}
	}
	return out
}

// knows tells whether the words are a phrase of the crosswalk.
func (c *Crosswalk) knows(words []string) bool {
	return slices.ContainsFunc(c.phrases[words[0]], func(p phrase) bool { return slices.Equal(p.words, words) })
}
