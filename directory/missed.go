package directory

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/docstore"
)

// A search without a result is worth knowing: a word is missing from the
// synonyms, or a service from the network. What is kept of it is the words
// alone, without who typed them, where, or when to more than a day.
//
// Somebody may type a name into the wrong box. So the words themselves are only
// kept when they came [missedTimes] times on [missedDays] days; until then there
// is a count under a hash of them, with a salt of the store. Texts that look
// like a phone number, an address or an identifier are never counted.

const (
	missedTimes = 3
	missedDays  = 2

	// maxMissedWords and maxMissedLength bound a text that is counted; longer
	// ones are stories, not searches.
	maxMissedWords  = 6
	maxMissedLength = 60 // characters

	// maxBuffered is how many different texts wait to be counted, and maxMissed
	// how many are kept; what comes above is not counted.
	maxBuffered = 500
	maxMissed   = 5000
)

// missedSearch counts the searches for one text that found nothing.
type missedSearch struct {
	docstore.Meta
	Text  string `json:"text,omitempty"` // "" until it came often enough
	Count int    `json:"count"`
	Days  int    `json:"days"` // on which it was searched for
	// LastDay is the last of them, as a date in UTC.
	LastDay string `json:"lastDay"`
	// Aside says that somebody decided that nothing is to be done.
	Aside bool `json:"aside,omitempty"`
	// Salt is that of the hashes, in the document [saltID] alone.
	Salt string `json:"salt,omitempty"`
}

// The states of a text.
const (
	missedOpen    = "open" // shown as work
	missedAside   = "aside"
	missedUnknown = "unknown" // has not come often enough
)

func (m missedSearch) state() string {
	switch {
	case m.Text == "":
		return missedUnknown
	case m.Aside:
		return missedAside
	}
	return missedOpen
}

var missedSpec = docstore.Spec[missedSearch]{
	Name: "missed_searches", Schema: 1,
	Meta: func(m *missedSearch) *docstore.Meta { return &m.Meta },
	Keys: docstore.Keys[missedSearch]{
		"state": func(m missedSearch) docstore.Value { return docstore.String(m.state()) },
		"count": func(m missedSearch) docstore.Value { return docstore.Int(int64(m.Count)) },
		"day":   func(m missedSearch) docstore.Value { return docstore.String(m.LastDay) },
	},
	Kinds:   map[string]docstore.Kind{"count": docstore.IntKind},
	Indexes: []docstore.Index{{"state", "count"}, {"day"}},
}

// missedSearches counts them: in memory first, in the store by the batch.
type missedSearches struct {
	docs *docstore.Collection[missedSearch]
	salt []byte

	mu    sync.Mutex
	waits map[missedKey]int
}

// missedKey is a text and the day on which it was searched for.
type missedKey struct{ text, day string }

// saltID is the id of the document that keeps the salt.
const saltID = "salt"

func openMissed(ctx context.Context, e docstore.Engine) (*missedSearches, error) {
	docs, err := docstore.Open(ctx, e, missedSpec)
	if err != nil {
		return nil, err
	}
	m := &missedSearches{docs: docs, waits: map[missedKey]int{}}
	for m.salt == nil {
		stored, err := docs.Get(ctx, saltID)
		if err == nil {
			m.salt = []byte(stored.Salt)
			break
		}
		first := missedSearch{Meta: docstore.Meta{ID: saltID}, Salt: rand.Text()}
		if err := docs.Insert(ctx, &first); err == nil {
			m.salt = []byte(first.Salt)
		} else if !isDuplicate(err) {
			return nil, err
		}
	}
	return m, nil
}

// id is the id under which a text is counted.
func (m *missedSearches) id(text string) string {
	h := hmac.New(sha256.New, m.salt)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// note counts a search without a result; it takes no longer than a look into a map.
func (m *missedSearches) note(text string, at time.Time) {
	if text = countable(text); text == "" {
		return
	}
	k := missedKey{text, at.UTC().Format(time.DateOnly)}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, waits := m.waits[k]; waits || len(m.waits) < maxBuffered {
		m.waits[k]++
	}
}

// take answers what waits to be counted, which then does not wait any more.
func (m *missedSearches) take() map[missedKey]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.waits
	m.waits = map[missedKey]int{}
	return all
}

// countable is the text in the form in which it is counted; "" when it is too
// long or may tell something about a person: an e-mail address or page, or more
// than one digit in a row (a phone, a date, a house, an account). One digit is
// kept, as in "section 8".
func countable(text string) string {
	if text = strings.TrimSpace(text); strings.ContainsAny(text, "@/\\") || utf8.RuneCountInString(text) > maxMissedLength || digitsInARow(text) > 1 {
		return ""
	}
	phrase := words.Phrase(text)
	if utf8.RuneCountInString(phrase) < 2 || len(strings.Fields(phrase)) > maxMissedWords {
		return ""
	}
	return phrase
}

func digitsInARow(text string) int {
	most, row := 0, 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			row++
			most = max(most, row)
		} else if !strings.ContainsRune(" -.()", r) {
			row = 0
		}
	}
	return most
}
