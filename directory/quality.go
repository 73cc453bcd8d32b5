package directory

import (
	"math"
	"slices"
)

// Quality is how much a listing tells of what a person must know before they
// go, and how sure that is.
type Quality struct {
	Score float64 `json:"score"` // 0 to 1
	// Missing are codes of what is not told, or only in part, the weightiest first.
	Missing []string `json:"missing"`
}

// record is a service at one place, as quality looks at it.
type record struct {
	listing
	spot  spot
	entry Entry
}

// aspects is the whole of what a good listing has: what each counts, in points
// of 100, and which share of it a record has, from 0 to 1. Our own decision,
// after the data that 211 systems ask of a listing: how to reach it and when
// counts most, then whether it is the right one, then what it takes.
var aspects = []struct {
	code   string
	points float64
	share  func(record) float64
}{
	{"phone", 14, func(r record) float64 { return yes(r.phone(r.spot) != "") }},
	{"hours", 14, hoursTold},
	{"verified", 14, func(r record) float64 { return Freshness(r.entry.VerifiedAt, r.now) }},
	{"place", 12, func(r record) float64 {
		return yes(r.entry.Point != nil || r.entry.Virtual || r.confidential(r.spot))
	}},
	{"needs", 10, func(r record) float64 { return yes(len(r.entry.Needs) > 0) }},
	{"description", 10, func(r record) float64 { return min(1, float64(len(r.entry.Description))/enoughText) }},
	{"area", 8, func(r record) float64 { return yes(len(r.entry.Areas) > 0) }},
	{"eligibility", 8, func(r record) float64 {
		return yes(r.entry.Eligibility != "" || r.entry.AgeMin != nil || r.entry.AgeMax != nil)
	}},
	{"languages", 5, func(r record) float64 { return yes(len(r.entry.Languages) > 0) }},
	{"cost", 5, func(r record) float64 { return yes(r.entry.CostFree || fees(r.doc.Service) != "") }},
}

// enoughText is how long a description is that says what a service does, in bytes.
const enoughText = 40

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// hoursTold is 1 for hours that say when it is open, and a half for those that
// only a person can read.
func hoursTold(r record) float64 {
	if r.entry.Hours == nil {
		return 0
	}
	for _, s := range r.schedules(r.spot) {
		if s.OpensAt != "" && !s.Closed {
			return 1
		}
	}
	return 0.5
}

// quality looks at one place of the listing.
func (r record) quality() Quality {
	var q Quality
	var points, all float64
	for _, a := range aspects {
		share := a.share(r)
		points += a.points * share
		all += a.points
		if share < 0.6 {
			q.Missing = append(q.Missing, a.code)
		}
	}
	q.Score = math.Round(points/all*1000) / 1000
	return q
}

// quality is that of its poorest place, and what is missing at any.
func (l listing) quality(crosswalk *Crosswalk) Quality {
	out := Quality{Score: 1, Missing: []string{}}
	missing := map[string]bool{}
	spots := l.spots()
	for i, e := range l.entries(crosswalk) {
		q := record{l, spots[i], e}.quality()
		out.Score = min(out.Score, q.Score)
		for _, code := range q.Missing {
			missing[code] = true
		}
	}
	for _, a := range aspects {
		if missing[a.code] {
			out.Missing = append(out.Missing, a.code)
		}
	}
	return out
}

// Aspects lists the codes of all that quality looks at.
func Aspects() []string {
	var out []string
	for _, a := range aspects {
		out = append(out, a.code)
	}
	return slices.Clip(out)
}
