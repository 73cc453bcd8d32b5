package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/referrals"
)

// InboxView is what was sent to an agency, to be answered on the spot.
type InboxView struct {
	Page
	Form     Form
	Tabs     []Tab
	Needs    []Option
	Services []Option
	Chips    []Chip
	Filters  bool // shows the filters
	Rows     []InboxRow
	Bulk     []BulkChoice
	Pager    Pager
	Nothing  string
	Part2    bool   // records under 42 CFR Part 2 are among them; told on paper
	Export   string // leads to the file of this list
	Back     string // this list, for forms that lead back to it
}

// InboxRow is one referral of the inbox.
type InboxRow struct {
	ID, Version, Who, Href string
	Need, Service, From    string
	Urgent                 bool
	Status                 string
	Tone                   Tone
	Due                    string
	DueTone                Tone
	Turn                   string
	// Decide offers to accept or decline: two taps each.
	Decide   bool
	Declines []Option
	// Move is the one next step otherwise, Action its word; without Move it
	// leads to the referral. Empty when it is the other side's turn.
	Move, Action string
	Wait         bool
}

// BulkChoice is a move that several referrals can make at once.
type BulkChoice struct {
	Label   string
	Options []Option
}

// The fields of the filters.
const (
	inboxNeed    = "need"
	inboxService = "service"
	inboxUrgent  = "urgent"
	inboxMine    = "mine"
)

// inboxPage answers GET /referrals of an agency.
func (h *Handlers) inboxPage(c echo.Context, p Page) error {
	ctx := c.Request().Context()
	tab, f := c.QueryParam("tab"), p.form()
	if tab == "" {
		tab = tabOurs
	}
	for _, name := range []string{inboxNeed, inboxService, inboxUrgent, inboxMine} {
		if value := c.QueryParam(name); value != "" {
			f = f.With(name, value)
		}
	}
	in := inboxInput(tab, f)
	in.Cursor = c.QueryParam("cursor")
	list, err := h.Referrals.List(ctx, in)
	if err != nil {
		return err
	}
	tally, err := h.Referrals.Tally(ctx, referrals.Inbox)
	if err != nil {
		return err
	}
	own, err := h.Directory.ServicesOf(ctx, p.Actor.OrganizationID, "", listingPerPage)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, inboxListPage(inboxView(p, f, tab, in, list, tally, own.Items, h.Screening.Topic)))
}

// inboxInput is what a tab lists, narrowed down by the filters.
func inboxInput(tab string, f Form) referrals.ListInput {
	in := listOf(tab, referrals.Inbox, referrals.Agency)
	in.Need, in.Service = f.Value(inboxNeed), f.Value(inboxService)
	in.Urgent, in.Mine = f.Value(inboxUrgent) != "", f.Value(inboxMine) != ""
	return in
}

func inboxView(p Page, f Form, tab string, in referrals.ListInput, list docstore.Page[referrals.View], tally referrals.Tally, own []directory.ServiceDoc, topic topics) InboxView {
	l, filters := p.Locale, inboxQuery(f)
	v := InboxView{
		Page: p, Form: f, Filters: len(filters) > 0, Nothing: l.T("referrals.none.agency"),
		Back: inboxAddress(tab, f), Export: strings.Replace(inboxAddress(tab, f), "/referrals?", "/referrals/export.csv?", 1),
		Tabs: inboxTabs(l, tab, tally), Chips: inboxChips(l, tab, f, own),
		Needs: []Option{{Label: l.T("directory.any-need")}}, Services: []Option{{Label: l.T("inbox.any-service")}},
	}
	if v.Filters {
		v.Nothing = l.T("inbox.none-found")
	}
	for _, d := range directory.Domains() {
		if !referrals.Violence(d.Code) {
			v.Needs = append(v.Needs, Option{Value: d.Code, Label: l.T("domain." + d.Code)})
		}
	}
	for _, s := range own {
		v.Services = append(v.Services, Option{Value: s.ID, Label: s.Service.Name})
	}
	for _, r := range list.Items {
		v.Rows = append(v.Rows, inboxRow(l, r, topic))
		v.Part2 = v.Part2 || r.Part2
	}
	v.Bulk = bulkChoices(l, list.Items)
	v.Pager = listPager(l, v.Back, in.Cursor, list, "referrals.shown")
	return v
}

// inboxQuery are the filters in use.
func inboxQuery(f Form) url.Values {
	q := url.Values{}
	for name, values := range f.Values {
		if len(values) > 0 && values[0] != "" {
			q.Set(name, values[0])
		}
	}
	return q
}

func inboxAddress(tab string, f Form) string {
	q := inboxQuery(f)
	q.Set("tab", tab)
	return "/referrals?" + q.Encode()
}

// inboxTabs counts what each tab lists. Statuses without a referral are left
// out unless one looks at them.
func inboxTabs(l *Locale, current string, t referrals.Tally) []Tab {
	tab := func(name, label string, count int) Tab {
		return Tab{Label: label, Href: "/referrals?tab=" + name, Count: count, Current: name == current}
	}
	tabs := []Tab{
		tab(tabOurs, l.T("tab.ours.agency"), t.Ours), tab(tabOverdue, l.T("tab.overdue.agency"), t.Overdue),
		tab(tabTheirs, l.T("tab.theirs.agency"), t.Theirs),
	}
	all := 0
	for _, s := range referrals.Statuses {
		if all += t.ByStatus[s]; t.ByStatus[s] > 0 || string(s) == current {
			tabs = append(tabs, tab(string(s), l.Sentence(s.Label()), t.ByStatus[s]))
		}
	}
	return append(tabs, tab(tabAll, l.T("tab.all"), all))
}

// inboxChips are the filters in use, each with the list without it.
func inboxChips(l *Locale, tab string, f Form, own []directory.ServiceDoc) []Chip {
	var out []Chip
	add := func(field, label string) {
		if f.Value(field) != "" {
			out = append(out, Chip{Label: label, Remove: inboxAddress(tab, f.With(field, ""))})
		}
	}
	if need := f.Value(inboxNeed); l.Has("domain." + need) {
		add(inboxNeed, l.T("domain."+need))
	}
	name := l.T("column.service")
	if i := slices.IndexFunc(own, func(s directory.ServiceDoc) bool { return s.ID == f.Value(inboxService) }); i >= 0 {
		name = own[i].Service.Name
	}
	add(inboxService, name)
	add(inboxUrgent, l.T("need.urgent"))
	add(inboxMine, l.T("inbox.mine"))
	return out
}

// inboxRow tells a referral with the one thing to do next.
func inboxRow(l *Locale, v referrals.View, topic topics) InboxRow {
	r := InboxRow{
		ID: v.ID, Version: strconv.FormatInt(v.Version, 10), Who: personName(l, v), Href: referralPath(v.ID), Need: needName(l, v, topic),
		Service: v.ServiceName, From: joined(l, v.SenderOrganization.Name, v.Worker.Name), Urgent: v.Priority == referrals.Urgent,
		Status: l.Sentence(v.Label), Tone: referralTones[v.Status], Turn: l.T("referral.settled"),
	}
	if v.Turn == nil {
		return r
	}
	r.Turn, r.Due, r.DueTone = turnText(l, v, referrals.Agency), l.Due(v.Turn.Due), dueTone(l, v)
	if v.Turn.Party != referrals.Agency {
		r.Wait = true
		return r
	}
	accept, decline := moveTo(v, referrals.Accepted), moveTo(v, referrals.Rejected)
	if accept != nil && decline != nil {
		r.Decide, r.Declines = true, codeOptions(l, decline.Reasons)
		return r
	}
	r.Action = l.T("referrals.open")
	if m, ok := directMove(v); ok {
		r.Move, r.Action = string(m.To), l.Sentence(m.Label)
	} else if moveTo(v, referrals.Completed) != nil {
		r.Action = l.T("inbox.finish")
	}
	return r
}

// moveTo is the move to the status; nil when it is not open.
func moveTo(v referrals.View, to referrals.Status) *referrals.MoveOption {
	for i := range v.Moves {
		if v.Moves[i].To == to {
			return &v.Moves[i]
		}
	}
	return nil
}

func codeOptions(l *Locale, codes []referrals.Code) []Option {
	out := make([]Option, len(codes))
	for i, c := range codes {
		out[i] = Option{Value: c.Code, Label: l.Sentence(c.Label)}
	}
	return out
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

// tabName is the tab's name in its address.
func tabName(t Tab) string {
	_, name, _ := strings.Cut(t.Href, "tab=")
	return name
}
