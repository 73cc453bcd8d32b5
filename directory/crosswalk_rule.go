package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
)

// What a rule of the crosswalk reads.
const (
	TermRule   = "term"   // the name of a taxonomy term
	PhraseRule = "phrase" // words in the name or description of a service
)

// How sure a rule is. A sure phrase is enough in a description; a likely one is
// in a name, and in a description together with another; a possible one counts
// in a description only, together with two others.
const (
	Sure     = 0.95
	Likely   = 0.8
	Possible = 0.45
)

// Rule is a line that a network put over the shipped crosswalk. It stands in
// place of all that the shipped one says of the same term or phrase.
type Rule struct {
	Kind string `json:"kind"` // TermRule or PhraseRule
	Text string `json:"text"`
	// Language is that of the text, for those who edit the list: "en", "es", or
	// "" for any.
	Language string `json:"language,omitempty"`
	// Domains are what it stands for; none: it says nothing, and hides the
	// shorter phrases in it.
	Domains    []string `json:"domains,omitempty"`
	Confidence float64  `json:"confidence"` // Sure, Likely or Possible
}

// Key names the rule.
func (r Rule) Key() string {
	if r.Kind == TermRule {
		return r.Kind + ":" + geo.Normal(r.Text)
	}
	return r.Kind + ":" + strings.Join(phraseWords(r.Text), " ")
}

// crosswalkDoc is what the network changed of the crosswalk.
type crosswalkDoc struct {
	docstore.Meta
	Rules     []Rule    `json:"rules,omitempty"` // the latest last
	ChangedAt time.Time `json:"changedAt,omitzero"`
	ChangedBy string    `json:"changedBy,omitempty"` // a name
}

var crosswalkSpec = docstore.Spec[crosswalkDoc]{
	Name: "crosswalk", Schema: 1,
	Meta: func(c *crosswalkDoc) *docstore.Meta { return &c.Meta },
}

// revision names a state of the crosswalk: of what is shipped, and the changes.
func (c crosswalkDoc) revision() string { return fmt.Sprintf("%s/%d", shippedRevision(), c.Version) }

var shippedRevision = sync.OnceValue(func() string {
	sum := sha256.Sum256(crosswalkSource)
	return hex.EncodeToString(sum[:6])
})

// With answers the crosswalk with rules over it; the receiver stays as it is.
func (c *Crosswalk) With(rules ...Rule) *Crosswalk {
	if len(rules) == 0 {
		return c
	}
	out := &Crosswalk{terms: maps.Clone(c.terms), phrases: maps.Clone(c.phrases), words: c.words}
	for _, r := range rules {
		out.obey(r)
	}
	return out
}

// obey puts a rule in place of what was said of its text.
func (c *Crosswalk) obey(r Rule) {
	if r.Kind == TermRule {
		list := []mapped{}
		for _, d := range r.Domains {
			list = append(list, mapped{domain: d, sure: r.Confidence, own: true})
		}
		c.terms[geo.Normal(r.Text)] = list
		return
	}
	text := phraseWords(r.Text)
	if len(text) == 0 {
		return
	}
	c.phrases[text[0]] = slices.DeleteFunc(slices.Clone(c.phrases[text[0]]), func(p phrase) bool { return slices.Equal(p.words, text) })
	for _, d := range r.Domains {
		c.add(r.Text, phrase{domain: d, sure: r.Confidence})
	}
	if len(r.Domains) == 0 {
		c.add(r.Text, phrase{})
	}
}

// crosswalkCache keeps the crosswalk in force.
type crosswalkCache struct {
	mu    sync.Mutex
	of    string // revision
	value *Crosswalk
	until time.Time
}

// crosswalkFor is how long it may take until a change made by another process is seen.
const crosswalkFor = 5 * time.Second

// Crosswalk answers the crosswalk in force, the shipped one with the changes of
// the network, as it was at most five seconds ago. It checks nothing: it names nobody.
func (d *Directory) Crosswalk(ctx context.Context) (*Crosswalk, error) {
	d.inForce.mu.Lock()
	defer d.inForce.mu.Unlock()
	if d.inForce.value != nil && d.now().Before(d.inForce.until) {
		return d.inForce.value, nil
	}
	stored, err := d.changes.get(ctx)
	if err != nil {
		return nil, err
	}
	if d.inForce.value == nil || d.inForce.of != stored.revision() {
		d.inForce.value, d.inForce.of = d.crosswalk.With(stored.Rules...), stored.revision()
	}
	d.inForce.until = d.now().Add(crosswalkFor)
	return d.inForce.value, nil
}

// forget lets the next Crosswalk read what is stored.
func (c *crosswalkCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Time{}
}

// Rules answers what the network changed of the crosswalk, the latest first. It
// needs NetworkManage.
func (d *Directory) Rules(ctx context.Context) ([]Rule, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return nil, err
	}
	stored, err := d.changes.get(ctx)
	slices.Reverse(stored.Rules)
	return stored.Rules, err
}

// Bounds of the rules that a network makes.
const (
	maxRules    = 5000
	maxRuleText = 120 // characters
)

// PutRule stores a rule, in place of the one for the same text; services are
// mapped anew in the background. It needs NetworkManage.
func (d *Directory) PutRule(ctx context.Context, r Rule) error {
	r, err := checkRule(r)
	if err != nil {
		return err
	}
	return d.changeRules(ctx, func(c *crosswalkDoc) error {
		c.Rules = append(slices.DeleteFunc(c.Rules, func(have Rule) bool { return have.Key() == r.Key() }), r)
		if len(c.Rules) > maxRules {
			return fault.New(fault.BusinessRule, "The list is full. Take some lines out first.")
		}
		return nil
	})
}

// RemoveRule takes a rule back, so that the shipped crosswalk stands again. It
// needs NetworkManage.
func (d *Directory) RemoveRule(ctx context.Context, key string) error {
	return d.changeRules(ctx, func(c *crosswalkDoc) error {
		before := len(c.Rules)
		c.Rules = slices.DeleteFunc(c.Rules, func(have Rule) bool { return have.Key() == key })
		if len(c.Rules) == before {
			return fault.New(fault.NotFound, "This line is not in the list any more.")
		}
		return nil
	})
}

func (d *Directory) changeRules(ctx context.Context, change func(*crosswalkDoc) error) error {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return err
	}
	defer d.inForce.forget()
	_, err = d.changes.change(ctx, func(c *crosswalkDoc) error {
		if err := change(c); err != nil {
			return err
		}
		c.ChangedAt, c.ChangedBy = d.now(), actor.Name
		c.Emit(d.now(), "crosswalk.changed", struct{}{})
		return nil
	})
	return err
}

// checkRule brings a rule into the form in which it is stored.
func checkRule(r Rule) (Rule, error) {
	var f fault.Fields
	f.Check(r.Kind == TermRule || r.Kind == PhraseRule, "kind", "Choose a term or words.")
	r.Text = strings.Join(strings.Fields(r.Text), " ")
	f.Check(len(phraseWords(r.Text)) > 0 && geo.Normal(r.Text) != "", "text", "Enter the term or the words.")
	f.Check(len([]rune(r.Text)) <= maxRuleText, "text", "Use at most %d letters.", maxRuleText)
	f.Check(slices.Contains([]string{"", words.English, words.Spanish}, r.Language), "language", "Choose a language from the list.")
	f.Check(slices.Contains([]float64{Sure, Likely, Possible}, r.Confidence), "confidence", "Choose how sure it is.")
	slices.Sort(r.Domains)
	r.Domains = slices.Compact(r.Domains)
	for _, code := range r.Domains {
		_, ok := domainNames[code]
		f.Check(ok, "domain", "Choose needs from the list.")
	}
	return r, f.Err()
}
