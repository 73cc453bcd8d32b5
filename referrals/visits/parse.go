package visits

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// fieldCollectedAt is the one entry of a visit that is no part.
const fieldCollectedAt = "collectedAt"

// What is wrong with the text itself.
const (
	sayUnreadable = "What came in cannot be read. Read it below, write it down again, then set this aside."
	sayPart       = "This part cannot be read. Check it and write it down again."
	sayField      = "This entry cannot be read. Check it and write it down again."
	sayUnknown    = "This entry is not known here. It is left out when you send on."
)

// split takes the text of a visit apart. What stands in no known part, or is
// no visit at all, is told as problems of [PartVisit].
func split(text []byte) (map[string]json.RawMessage, []Problem) {
	var all map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(text))
	err := d.Decode(&all)
	if err == nil {
		if _, end := d.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("something behind the end")
		}
	}
	if err != nil || all == nil {
		return nil, []Problem{{Format: sayUnreadable}}
	}
	known := append(referrals.VisitParts(), fieldCollectedAt)
	var wrong []Problem
	parts := map[string]json.RawMessage{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch {
		case bytes.Equal(bytes.TrimSpace(all[name]), []byte("null")):
		case !slices.Contains(known, name):
			wrong = append(wrong, Problem{Field: name, Format: sayUnknown})
		default:
			parts[name] = all[name]
		}
	}
	return parts, wrong
}

// assemble makes a visit of its parts. What cannot be read is told by part; the
// rest of such a part is filled in as far as it can be.
func assemble(parts map[string]json.RawMessage, now time.Time) (referrals.Visit, map[string][]Problem) {
	var v referrals.Visit
	wrong := map[string][]Problem{}
	read := func(name string, into any) bool {
		raw, ok := parts[name]
		if !ok {
			return false
		}
		if p := decode(raw, into); p != nil {
			wrong[name] = append(wrong[name], *p)
		}
		return true
	}
	read(referrals.VisitPartPatient, &v.Patient)
	read(referrals.VisitPartWanted, &v.Wanted)
	var consent referrals.VisitConsent
	if read(referrals.VisitPartConsent, &consent) {
		v.Consent = &consent
	}
	var referral referrals.VisitReferral
	if read(referrals.VisitPartReferral, &referral) {
		v.Referral = &referral
	}
	var in heldScreening
	if read(referrals.VisitPartScreening, &in) {
		s, problems := in.screening()
		v.Screening = &s
		wrong[referrals.VisitPartScreening] = append(wrong[referrals.VisitPartScreening], problems...)
	}
	var at time.Time
	if raw, ok := parts[fieldCollectedAt]; ok && json.Unmarshal(raw, &at) == nil && !at.After(now) {
		v.CollectedAt = at
	} else if v.Screening != nil && !v.Screening.AnsweredAt.After(now) {
		v.CollectedAt = v.Screening.AnsweredAt
	}
	maps.DeleteFunc(wrong, func(_ string, p []Problem) bool { return len(p) == 0 })
	return v, wrong
}

// heldScreening is a screening whose answers are read one by one, so that one
// that cannot be read does not hide the others.
type heldScreening struct {
	Instrument string                     `json:"instrument"`
	Language   string                     `json:"language,omitempty"`
	AnsweredAt time.Time                  `json:"answeredAt,omitzero"`
	Mode       string                     `json:"mode,omitempty"`
	Respondent screening.Respondent       `json:"respondent,omitzero"`
	Answers    map[string]json.RawMessage `json:"answers"`
}

func (in heldScreening) screening() (referrals.VisitScreening, []Problem) {
	out := referrals.VisitScreening{
		Instrument: in.Instrument, Language: in.Language, AnsweredAt: in.AnsweredAt,
		Mode: in.Mode, Respondent: in.Respondent, Answers: screening.Answers{},
	}
	var wrong []Problem
	for _, linkID := range slices.Sorted(maps.Keys(in.Answers)) {
		var a screening.Answer
		if err := a.UnmarshalJSON(in.Answers[linkID]); err != nil {
			wrong = append(wrong, Problem{Field: "answers." + linkID, Format: sayField})
			continue
		}
		out.Answers[linkID] = a
	}
	return out, wrong
}

// decode reads a part and tells what cannot be read; v has what could.
func decode(raw json.RawMessage, v any) *Problem {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		return nil
	}
	p := Problem{Format: sayPart}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		p = Problem{Field: t.Field, Format: sayField}
	} else if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		p = Problem{Field: strings.Trim(name, `"`), Format: sayUnknown}
	} else if f, ok := errors.AsType[*fault.Error](err); ok {
		p.Format, p.Args = f.Format, f.Args
	}
	_ = json.Unmarshal(raw, v) // as far as it goes; that it fails is known
	return &p
}

// partsIn lists the parts that a visit has, in order: the patient always.
func partsIn(parts map[string]json.RawMessage) []Part {
	out := []Part{}
	for _, name := range referrals.VisitParts() {
		if _, ok := parts[name]; ok || name == referrals.VisitPartPatient {
			out = append(out, Part{Name: name, State: PartWaiting})
		}
	}
	return out
}
