package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/referrals"
)

// ReferralsView lists referrals: those sent, or the inbox of an agency.
type ReferralsView struct {
	Page
	Lead    string
	Inbox   bool
	Tabs    []Tab
	Rows    []ReferralRow
	Pager   Pager
	Nothing string // what an empty list says
}

// ReferralRow is a referral in a list.
type ReferralRow struct {
	Who, Href, Need string
	Urgent          bool
	News            string // how many messages wait
	Other           string // the other side
	Worker          string // who handles it at the sender
	Status          string
	Tone            Tone
	Turn            string // whose turn it is
	Due             string
	DueTone         Tone
	// Action is the one next thing to do: a link to where it is done or, with
	// Move, a button that does it. Empty when it is the other side's turn.
	Action, ActionHref string
	Move               referrals.Status
	Version            int64
}

// The tabs of a list that are no status.
const (
	tabOurs    = "ours"
	tabOverdue = "overdue"
	tabTheirs  = "theirs"
	tabAll     = "all"
)

// ReferralsPage answers GET /referrals.
func (h *Handlers) ReferralsPage(c echo.Context) error {
	ctx := c.Request().Context()
	p := h.page(c, "referrals.title")
	box, ours := boxOf(p)
	if box == referrals.Inbox {
		return h.inboxPage(c, p)
	}
	v := ReferralsView{Page: p, Inbox: box == referrals.Inbox, Lead: p.T("referrals.lead." + string(box))}
	tab := c.QueryParam("tab")
	if tab == "" {
		tab = tabOurs
	}
	in := listOf(tab, box, ours)
	in.Cursor = c.QueryParam("cursor")
	list, err := h.Referrals.List(ctx, in)
	if err != nil {
		return err
	}
	if v.Tabs, err = h.referralTabs(ctx, p.Locale, box, ours, tab); err != nil {
		return err
	}
	unread, err := h.unreadWords(ctx, p.Locale, list.Items)
	if err != nil {
		return err
	}
	for _, r := range list.Items {
		row := referralListRow(p.Locale, r, ours, h.Screening.Topic)
		row.News = unread[r.ID]
		v.Rows = append(v.Rows, row)
	}
	v.Nothing, v.Pager = p.T("referrals.none."+string(ours)), listPager(p.Locale, "/referrals?tab="+url.QueryEscape(tab), in.Cursor, list, "referrals.shown")
	return h.render(c, http.StatusOK, referralsPage(v))
}

// boxOf is the list of the person's organization, and the side it is on.
func boxOf(p Page) (referrals.Box, referrals.Party) {
	if p.Actor.Agency() {
		return referrals.Inbox, referrals.Agency
	}
	return referrals.SentBox, referrals.Sender
}

// listOf is what a tab lists; a tab that is none of ours is a status.
func listOf(tab string, box referrals.Box, ours referrals.Party) referrals.ListInput {
	in := referrals.ListInput{Box: box}
	switch tab {
	case tabOurs:
		in.Turn = ours
	case tabOverdue:
		in.Turn, in.Overdue = ours, true
	case tabTheirs:
		in.Turn = other(ours)
	case tabAll:
	default:
		in.Status = referrals.Status(tab)
	}
	return in
}

func other(p referrals.Party) referrals.Party {
	if p == referrals.Agency {
		return referrals.Sender
	}
	return referrals.Agency
}

// referralTabs counts what each tab lists. Statuses without a referral are
// left out unless one looks at them.
func (h *Handlers) referralTabs(ctx context.Context, l *Locale, box referrals.Box, ours referrals.Party, current string) ([]Tab, error) {
	counts, err := h.Referrals.Counts(ctx, box)
	if err != nil {
		return nil, err
	}
	tab := func(name, label string, count int) Tab {
		return Tab{Label: label, Href: "/referrals?tab=" + name, Count: count, Current: name == current}
	}
	var tabs []Tab
	for _, name := range []string{tabOurs, tabOverdue, tabTheirs} {
		n, err := h.Referrals.Count(ctx, listOf(name, box, ours))
		if err != nil {
			return nil, err
		}
		tabs = append(tabs, tab(name, l.T("tab."+name+"."+string(ours)), n))
	}
	all := 0
	for _, s := range referrals.Statuses {
		if all += counts[s]; counts[s] > 0 || string(s) == current {
			tabs = append(tabs, tab(string(s), l.Sentence(s.Label()), counts[s]))
		}
	}
	return append(tabs, tab(tabAll, l.T("tab.all"), all)), nil
}

// listPager leads through a list that is read by cursor. key are the words
// for how many are shown.
func listPager[T any](l *Locale, address, cursor string, list docstore.Page[T], key string) Pager {
	p := Pager{Status: l.T(key, "count", len(list.Items))}
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	if list.Next != "" {
		p.Next = address + sep + "cursor=" + url.QueryEscape(list.Next)
	}
	if cursor != "" {
		p.Prev = address // cursors lead forward only: back is the beginning
	}
	return p
}

// referralListRow tells a referral in one line of a list.
func referralListRow(l *Locale, v referrals.View, ours referrals.Party, topic topics) ReferralRow {
	r := ReferralRow{
		Who: personName(l, v), Href: referralPath(v.ID), Need: needName(l, v, topic), Urgent: v.Priority == referrals.Urgent,
		Other: v.OrganizationName, Worker: v.Worker.Name, Status: l.Sentence(v.Label), Tone: referralTones[v.Status], Version: v.Version,
	}
	if ours == referrals.Agency {
		r.Other = v.SenderOrganization.Name
	}
	if v.Turn == nil {
		r.Turn = l.T("referral.settled")
		return r
	}
	r.Turn, r.Due, r.DueTone = turnText(l, v, ours), l.Due(v.Turn.Due), dueTone(l, v)
	if v.Turn.Party != ours {
		return r
	}
	r.Action, r.ActionHref = l.T("referrals.open"), r.Href
	if key := "next." + string(v.Status); l.Has(key) {
		r.Action = l.T(key)
	}
	if m, ok := directMove(v); ok && ours == referrals.Agency {
		r.Action, r.Move = l.Sentence(m.Label), m.To
	}
	return r
}

// directMove is the move that can be made with one button: the next step on
// the way, which needs neither reason nor outcome.
func directMove(v referrals.View) (referrals.MoveOption, bool) {
	for _, m := range v.Moves {
		if len(m.Reasons) == 0 && len(m.Outcomes) == 0 && m.To != referrals.EnteredInError {
			return m, true
		}
	}
	return referrals.MoveOption{}, false
}

// personName is the person a referral is about, as far as the asker may know.
func personName(l *Locale, v referrals.View) string {
	if p := v.Patient; p != nil && p.GivenName+p.FamilyName != "" {
		return strings.TrimSpace(p.GivenName + " " + p.FamilyName)
	}
	return l.T("work.somebody")
}

// turnText tells whose turn it is, by name.
func turnText(l *Locale, v referrals.View, ours referrals.Party) string {
	switch {
	case v.Turn == nil:
		return l.T("referral.settled")
	case v.Turn.Party == ours:
		return l.T("referral.our-turn")
	case v.Turn.Party == referrals.Agency:
		return v.OrganizationName
	default:
		return v.SenderOrganization.Name
	}
}
