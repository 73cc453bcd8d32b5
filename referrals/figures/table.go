package figures

import (
	"crypto/sha256"
	"math"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Dimension is what figures can be told apart by.
type Dimension string

// The dimensions.
const (
	ByNeed     Dimension = "need"
	ByAgencyOf Dimension = "agency"
	ByZIP      Dimension = "zip"
	ByLanguage Dimension = "language"
	ByPeriod   Dimension = "period" // the quarter in which it was sent, for example "2026-Q1"
	ByReason   Dimension = "reason" // why it ended without the service
)

// Dimensions lists them. The first [filters] of them can be chosen as filters.
var Dimensions = []Dimension{ByNeed, ByAgencyOf, ByZIP, ByLanguage, ByPeriod, ByReason}

// filters is how many dimensions can be filters; a reason is no filter.
const filters = 5

// values are the fact's, in the order of Dimensions.
func (f Fact) values() []string {
	return []string{f.Need, f.Agency, f.ZIP, f.Language, quarter(f.Sent), f.Reason}
}

func quarter(ms int64) string {
	t := time.UnixMilli(ms).UTC()
	return t.Format("2006-Q") + string('1'+byte(t.Month()-1)/3)
}

// Step is a stretch of a referral's life whose time is told.
type Step string

// The steps.
const (
	ToAnswer  Step = "answer"  // sent → acknowledged
	ToDecide  Step = "decide"  // acknowledged → accepted
	ToStart   Step = "start"   // accepted → in progress
	ToClose   Step = "close"   // sent → closed
	ToConfirm Step = "confirm" // closed → the patient was asked
)

// Steps lists them.
var Steps = []Step{ToAnswer, ToDecide, ToStart, ToClose, ToConfirm}

const (
	stepCount = 5
	closeStep = 3      // the place of ToClose in Steps
	never     = 0xFFFF // hours of a step that did not happen
)

// hours are the lengths of the steps in whole hours.
func (f Fact) hours() [stepCount]uint16 {
	between := func(from, to int64) uint16 {
		if from == 0 || to == 0 {
			return never
		}
		return uint16(min(max(to-from, 0)/time.Hour.Milliseconds(), never-1))
	}
	return [stepCount]uint16{
		between(f.Sent, f.Acknowledged), between(f.Acknowledged, f.Accepted), between(f.Accepted, f.Started),
		between(f.Sent, f.Closed), between(f.Closed, f.Confirmed),
	}
}

// The signs of a referral, one bit each: the four measures, and two more.
const (
	unhelped = measures     // it ended without the service
	silent   = measures + 1 // no answer within answerTime
	signs    = measures + 2
	late     = silent // in the table: no answer within answerTime so far
)

// answerTime is how long an agency has before a referral without an answer
// counts as silence: a week, which holds the two business days to acknowledge
// and the three to decide.
const answerTime = 7 * 24 * time.Hour

func (f Fact) signs() uint8 {
	var bits uint8
	for m, by := range f.By {
		if by != Nobody {
			bits |= 1 << m
		}
	}
	if f.Unhelped {
		bits |= 1 << unhelped
	}
	in := func(at int64) bool { return at != 0 && at-f.Sent < answerTime.Milliseconds() }
	if !in(f.Acknowledged) && !in(f.Closed) {
		bits |= 1 << late
	}
	return bits
}

// table holds the facts in columns; a row is a referral's for good.
type table struct {
	mu   sync.RWMutex
	rows map[[16]byte]uint32
	of   []uint32 // versions

	kind    []Kind
	sender  []uint16
	person  []uint32
	sent    []uint32 // hours since 1970
	bits    []uint8
	by      [measures][]Source
	hours   [stepCount][]uint16
	columns [][]uint16 // by place in Dimensions

	senders *dictionary
	words   []*dictionary // by place in Dimensions
	names   map[string]string
}

func newTable() *table {
	t := &table{rows: map[[16]byte]uint32{}, senders: newDictionary(), names: map[string]string{}}
	t.columns = make([][]uint16, len(Dimensions))
	for range Dimensions {
		t.words = append(t.words, newDictionary())
	}
	return t
}

// rowKey is the place of a referral: its UUID, or for other ids a hash.
func rowKey(id string) [16]byte {
	if u, err := uuid.Parse(id); err == nil {
		return u
	}
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:16])
}

// set puts facts into the table, each unless a newer one of its referral is there.
func (t *table) set(facts ...Fact) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range facts {
		t.setOne(f)
	}
}

func (t *table) setOne(f Fact) {
	key := rowKey(f.ID)
	i, ok := t.rows[key]
	if ok && int64(t.of[i]) >= f.Of {
		return
	}
	if !ok {
		i = uint32(len(t.of))
		t.rows[key] = i
		t.grow()
	}
	t.of[i], t.kind[i], t.person[i], t.bits[i] = uint32(f.Of), f.Kind, f.Person, f.signs()
	t.sender[i] = t.senders.code(f.Sender)
	t.sent[i] = uint32(f.Sent / time.Hour.Milliseconds())
	for m := range t.by {
		t.by[m][i] = f.By[m]
	}
	for s, h := range f.hours() {
		t.hours[s][i] = h
	}
	for d, v := range f.values() {
		t.columns[d][i] = t.words[d].code(v)
	}
	if f.Name != "" {
		t.names[f.Agency] = f.Name
	}
}

func (t *table) grow() {
	t.of, t.kind, t.sender, t.person = append(t.of, 0), append(t.kind, 0), append(t.sender, 0), append(t.person, 0)
	t.sent, t.bits = append(t.sent, 0), append(t.bits, 0)
	for m := range t.by {
		t.by[m] = append(t.by[m], 0)
	}
	for s := range t.hours {
		t.hours[s] = append(t.hours[s], 0)
	}
	for d := range t.columns {
		t.columns[d] = append(t.columns[d], 0)
	}
}

// behind answers those of the referrals, with their versions, of which the table
// has an older one.
func (t *table) behind(versions map[string]int64) map[string]int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := map[string]int64{}
	for id, v := range versions {
		if i, ok := t.rows[rowKey(id)]; !ok || int64(t.of[i]) < v {
			out[id] = v
		}
	}
	return out
}

// dictionary gives the values of a column small numbers, in the order of
// their coming. Beyond 65,535 values the rest share the last number, which
// stands for no value of its own.
type dictionary struct {
	codes map[string]uint16
	words []string
}

func newDictionary() *dictionary { return &dictionary{codes: map[string]uint16{}} }

func (d *dictionary) code(word string) uint16 {
	c, ok := d.codes[word]
	if !ok {
		if len(d.words) == math.MaxUint16 {
			return math.MaxUint16
		}
		c = uint16(len(d.words))
		d.codes[word], d.words = c, append(d.words, word)
	}
	return c
}
