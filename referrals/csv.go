package referrals

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
)

// The columns that are read on the way back in; all others are for people and
// other systems to read.
const (
	columnID      = "id"
	columnVersion = "version"
	columnTo      = "new_status"
	columnReason  = "reason"
	columnOutcome = "outcome"
	columnNote    = "note"
)

// column is one of the file.
type column struct {
	name string
	text func(View) string // nil: empty, to be filled in
}

// columns are those of the file, in their order. docs/agencies.md describes them.
var columns = []column{
	{columnID, func(v View) string { return v.ID }},
	{columnVersion, func(v View) string { return strconv.FormatInt(v.Version, 10) }},
	{"sent", func(v View) string { return v.CreatedAt.UTC().Format(time.RFC3339) }},
	{"status", func(v View) string { return string(v.Status) }},
	{"turn", func(v View) string {
		if v.Turn == nil {
			return ""
		}
		return string(v.Turn.Party)
	}},
	{"due", func(v View) string {
		if v.Turn == nil {
			return ""
		}
		return v.Turn.Due.UTC().Format(time.RFC3339)
	}},
	{"priority", func(v View) string { return string(v.Priority) }},
	{"need", func(v View) string {
		if v.Need == nil {
			return ""
		}
		return v.Need.Domain
	}},
	{"service", func(v View) string { return v.ServiceName }},
	{"from", func(v View) string { return v.SenderOrganization.Name }},
	{"worker", func(v View) string { return v.Worker.Name }},
	{"given_name", ofPatient(func(p PatientView) string { return p.GivenName })},
	{"family_name", ofPatient(func(p PatientView) string { return p.FamilyName })},
	{"birth_date", ofPatient(func(p PatientView) string { return p.BirthDate })},
	{"phone", ofPatient(func(p PatientView) string { return p.Phone })},
	{"email", ofPatient(func(p PatientView) string { return p.Email })},
	{"language", ofPatient(func(p PatientView) string { return p.Languages.Spoken })},
	{"sender_note", func(v View) string { return v.Note }},
	{"notice", func(v View) string {
		if v.Part2 {
			return redisclosure
		}
		return ""
	}},
	{columnTo, nil}, {columnReason, nil}, {columnOutcome, nil}, {columnNote, nil},
}

// redisclosure goes with each record from a substance use program wherever it
// leaves the house, in these words. Source: 42 CFR 2.32(a)(2).
const redisclosure = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."

func ofPatient(text func(PatientView) string) func(View) string {
	return func(v View) string {
		if v.Patient == nil {
			return ""
		}
		return text(*v.Patient)
	}
}

// exportMost is how many referrals one file holds.
const exportMost = 10_000

// ExportCSV writes the referrals of a list as a CSV file (RFC 4180, UTF-8),
// ordered by due time, at most 10,000. Referrals about violence are left out:
// files lie about. Who writes it is noted with each person in it.
func (s *Service) ExportCSV(ctx context.Context, in ListInput, to io.Writer) error {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return err
	}
	in.Limit = pageMost
	p, err := s.find(ctx, actor, in) // what is wrong with the input is told before anything is written
	if err != nil {
		return err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true // RFC 4180, 2.1
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.name
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for written := 0; written < exportMost; {
		views, err := s.views(ctx, actor, withoutViolence(p.Items))
		if err != nil {
			return err
		}
		for _, v := range in.telling(views) {
			if err := w.Write(cells(v)); err != nil {
				return err
			}
		}
		written += len(p.Items)
		if in.Cursor = p.Next; in.Cursor == "" {
			break
		}
		if p, err = s.find(ctx, actor, in); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// withoutViolence leaves out what must not lie about in a file.
func withoutViolence(rs []Referral) []Referral {
	out := make([]Referral, 0, len(rs))
	for _, r := range rs {
		if !Violence(r.Need.Domain) && !r.Need.Private {
			out = append(out, r)
		}
	}
	return out
}

func cells(v View) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		if c.text != nil {
			out[i] = harmless(c.text(v))
		}
	}
	return out
}

// formulaStarts are what makes a spreadsheet take a cell for a formula.
// Source: OWASP, CSV Injection.
const formulaStarts = "=+-@\t\r"

// harmless puts a quote before a cell that a spreadsheet would calculate.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune(formulaStarts, rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// plain takes that quote away again.
func plain(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(formulaStarts, rune(cell[1])) {
		return cell[1:]
	}
	return cell
}
