package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
)

// Effect is what a rule would do.
type Effect struct {
	Looked, Of int // services that were looked at, of how many
	Found      int // services that have the term or the words
	Unmapped   int // of these, those that serve no need yet
	Manual     int // of these, those of which a person said the needs; they stay
	Changed    int // services that would serve other needs
	Names      []string
}

const (
	// maxTried is how many services TryRule looks at.
	maxTried = 20_000
	// maxNames is how many of the services it names.
	maxNames = 5
)

// TryRule answers what a rule would do, and stores nothing. It needs NetworkManage.
func (d *Directory) TryRule(ctx context.Context, r Rule) (Effect, error) {
	var e Effect
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return e, err
	}
	r, err := checkRule(r)
	if err != nil {
		return e, err
	}
	now, err := d.Crosswalk(ctx)
	if err != nil {
		return e, err
	}
	then := now.With(r)
	total, err := d.services.Count(ctx, docstore.Query{OrderBy: []string{"updated"}})
	if err != nil {
		return e, err
	}
	e.Of = int(total)
	for s, err := range d.services.All(ctx) {
		if err != nil {
			return e, err
		}
		if e.Looked == maxTried {
			break
		}
		e.Looked++
		has, err := d.has(ctx, s, r)
		if err != nil {
			return e, err
		}
		if has {
			if err := d.try(ctx, &e, s, then); err != nil {
				return e, err
			}
		}
	}
	return e, nil
}

// try counts what a crosswalk would do to one service.
func (d *Directory) try(ctx context.Context, e *Effect, s ServiceDoc, then *Crosswalk) error {
	e.Found++
	if len(s.Needs) == 0 {
		e.Unmapped++
	}
	if slices.ContainsFunc(s.Needs, func(m NeedMapping) bool { return m.Source == Manual }) {
		e.Manual++
	}
	found, err := d.mapWith(ctx, then, s)
	if err != nil {
		return err
	}
	if !slices.Equal(domainsOf(found), domainsOf(s.Needs)) {
		e.Changed++
	}
	if len(e.Names) < maxNames {
		e.Names = append(e.Names, s.Service.Name)
	}
	return nil
}

// domainsOf are the domains of mappings, in a fixed order.
func domainsOf(list []NeedMapping) []string {
	var out []string
	for _, m := range list {
		out = append(out, m.Domain)
	}
	slices.Sort(out)
	return out
}

// has tells whether a service has the term or the words of a rule.
func (d *Directory) has(ctx context.Context, s ServiceDoc, r Rule) (bool, error) {
	if r.Kind == PhraseRule {
		text, want := serviceWords(s.Service), phraseWords(r.Text)
		for i := range len(text) - len(want) + 1 {
			if slices.Equal(text[i:i+len(want)], want) {
				return true, nil
			}
		}
		return false, nil
	}
	terms, err := d.termsOf(ctx, s.Service.Attributes)
	for _, t := range terms {
		if geo.Normal(t.Name) == geo.Normal(r.Text) {
			return true, err
		}
	}
	return false, err
}

// serviceWords are the words of the texts that the crosswalk reads.
func serviceWords(s Service) []string {
	return wordsOf(strings.Join([]string{s.Name, s.AlternateName, s.Description, s.EligibilityDescription}, " . "))
}
