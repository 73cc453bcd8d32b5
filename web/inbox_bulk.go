package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/referrals"
	"github.com/labstack/echo/v4"
)

// BulkChoice is a move that several referrals can make at once.
type BulkChoice struct {
	Label   string
	Options []Option
}

// bulkChoices are the moves that are open to at least one of the list: those
// with one word alone, and those with a reason or an outcome.
func bulkChoices(l *Locale, list []referrals.View) []BulkChoice {
	plain := BulkChoice{Label: l.T("inbox.bulk-next")}
	var coded []BulkChoice
	seen := map[referrals.Status]bool{}
	for _, v := range list {
		for _, m := range v.Moves {
			codes := append(codeOptions(l, m.Reasons), codeOptions(l, m.Outcomes)...)
			switch {
			case seen[m.To]:
			case len(codes) == 0:
				plain.Options = append(plain.Options, Option{Value: string(m.To), Label: l.Sentence(m.Label)})
			default:
				for i := range codes {
					codes[i].Value = string(m.To) + bulkSign + codes[i].Value
				}
				coded = append(coded, BulkChoice{Label: l.Sentence(m.Label), Options: codes})
			}
			seen[m.To] = true
		}
	}
	if len(plain.Options) == 0 {
		return coded
	}
	return append([]BulkChoice{plain}, coded...)
}

// bulkSign stands between the status and the reason or outcome of a choice.
const bulkSign = "|"

// inboxBack is the list that a form leads back to; empty when it was on
// another page.
func inboxBack(f Form) string {
	back := localPath(f.Value("back"))
	if back == "/referrals" || strings.HasPrefix(back, "/referrals?") {
		return back
	}
	return ""
}

// MoveSeveral answers POST /referrals/bulk: one move of all that were chosen,
// and tells of each what became of it.
func (h *Handlers) MoveSeveral(c echo.Context) error {
	p := h.page(c, "inbox.bulk-title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	v := BulkView{Page: p, Form: f, Back: inboxBack(f)}
	if v.Back == "" {
		v.Back = "/referrals"
	}
	in := bulkInput(f)
	results, err := h.Referrals.MoveMany(onceEach(c, f, ""), in)
	if err != nil {
		status, err := v.Form.refuse(&v.Page, err, map[string]string{"items": ""})
		if err != nil {
			return err
		}
		return h.render(c, status, bulkPage(v))
	}
	for _, r := range results {
		v.add(r, h.whoIs(c.Request().Context(), p.Locale, r.ID))
	}
	return h.render(c, http.StatusOK, bulkPage(v))
}

// bulkInput reads the move and what was chosen; each choice is "id|version".
func bulkInput(f Form) referrals.BulkInput {
	to, code, _ := strings.Cut(f.Value("to"), bulkSign)
	in := referrals.BulkInput{To: referrals.Status(to), Note: f.Value("note")}
	if in.To == referrals.Completed {
		in.Outcome = referrals.Outcome(code)
	} else {
		in.Reason = code
	}
	for _, chosen := range f.Values["chosen"] {
		id, version, _ := strings.Cut(chosen, bulkSign)
		n, _ := strconv.ParseInt(version, 10, 64) // what is no number is refused as version 0
		in.Items = append(in.Items, referrals.BulkItem{ID: id, Version: n})
	}
	return in
}

// BulkView tells what became of each referral that was to be moved.
type BulkView struct {
	Page
	Form          Form
	Back          string
	Done, Refused []BulkRow
}

// BulkRow is one of them.
type BulkRow struct {
	Who, Href, Text string
	Tone            Tone
}

// whoIs names the person of a referral, as far as the asker may know.
func (h *Handlers) whoIs(ctx context.Context, l *Locale, id string) string {
	v, err := h.Referrals.Get(ctx, id)
	if err != nil { // one that is not theirs: the row says so
		return l.T("work.somebody")
	}
	return personName(l, v)
}

func (v *BulkView) add(r referrals.BulkResult, who string) {
	row := BulkRow{Who: who, Href: referralPath(r.ID)}
	if r.Problem != nil {
		row.Text = v.Fault(r.Problem)
		v.Refused = append(v.Refused, row)
		return
	}
	row.Text, row.Tone = v.Sentence(r.Referral.Label), referralTones[r.Referral.Status]
	v.Done = append(v.Done, row)
}

// BulkAgain answers GET /referrals/bulk, a reload: it leads to the inbox.
func (h *Handlers) BulkAgain(c echo.Context) error { return see(c, "/referrals") }
