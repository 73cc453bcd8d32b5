package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// sampleInbox has a referral of each kind: to decide, to go on with, to finish,
// the sender's, and one that is over.
func sampleInbox(p Page) InboxView {
	at := func(id string, s referrals.Status, due time.Duration, moves ...referrals.MoveOption) referrals.View {
		r := sampleReferral(s)
		r.ID, r.Moves, r.Expected = id, moves, referrals.Expected(s)
		r.Turn = &referrals.Turn{Party: referrals.Agency, Due: sampleNow.Add(due)}
		r.Overdue = due < 0
		return r
	}
	decide := []referrals.MoveOption{
		{To: referrals.Acknowledged, Label: "Acknowledge"}, {To: referrals.Accepted, Label: "Accept"},
		{To: referrals.Rejected, Label: "Decline", Reasons: referrals.Reasons(referrals.Rejected)},
	}
	urgent := at("r1", referrals.Requested, -26*time.Hour, decide...)
	urgent.Priority = referrals.Urgent
	nobody := at("r2", referrals.Requested, 3*time.Hour, decide...)
	nobody.Patient = nil
	finish := at("r4", referrals.InProgress, 100*time.Hour, referrals.MoveOption{To: referrals.Completed, Label: "Complete", Outcomes: referrals.Outcomes()})
	theirs, over := at("r5", referrals.Completed, time.Hour), at("r6", referrals.Cancelled, 0)
	theirs.Turn.Party, over.Turn = referrals.Sender, nil
	list := docstore.Page[referrals.View]{Next: "n", Items: []referrals.View{
		urgent, nobody, at("r3", referrals.Accepted, 30*time.Hour, referrals.MoveOption{To: referrals.InProgress, Label: "Start"}), finish, theirs, over,
	}}
	own := []directory.ServiceDoc{{Meta: docstore.Meta{ID: "s1"}, Service: directory.Service{Name: "Weekly pantry"}}, {Meta: docstore.Meta{ID: "s2"}, Service: directory.Service{Name: "Meals at home"}}}
	tally := referrals.Tally{ByStatus: map[referrals.Status]int{referrals.Requested: 2, referrals.Accepted: 1, referrals.InProgress: 1}, Ours: 4, Overdue: 1, Theirs: 1}
	f := p.form().With(inboxUrgent, "yes").With(inboxNeed, "food-insecurity").With(inboxService, "s1")
	v := inboxView(p, f, tabOurs, referrals.ListInput{Cursor: "c"}, list, tally, own, sampleTopic)
	v.Rows[0].News, v.Part2 = p.T("talk.row-unread", "count", 2), true
	return v
}

// agencySamples are the pages of an agency's admin, and those on which the
// network changes an organization.
func agencySamples(t testing.TB) map[string]templ.Component {
	p, edit := samplePage(t, identity.AgencyAdmin, "/agency", "agency.title"), samplePage(t, identity.NetworkAdmin, "/admin/organizations/bank", "organization.title")
	bank := accounts.Organization{Meta: docstore.Meta{ID: "bank"}, Name: "Harbor Food Bank", Kind: accounts.Agency, TimeZone: "America/Los_Angeles", Email: "hello@food.example.org"}
	wrong := edit.form().With("name", "").With("email", "nobody").With("timeZone", bank.TimeZone)
	wrong.Problems = []Problem{{Field: "name", Text: edit.Sentence("Give the organization's name.")}, {Field: "email", Text: edit.Sentence("Write the email address as name@example.org.")}}
	refused := edit
	refused.Invalid = true
	nobody := bank
	nobody.Email = ""
	return map[string]templ.Component{
		"agency": agencyPage(agencyView(p, bank, []accounts.User{{}, {Disabled: true}})), "agency-unreachable": agencyPage(agencyView(p, nobody, nil)),
		"organization":       organizationPage(organizationView(edit, edit.form().With("name", bank.Name).With("timeZone", bank.TimeZone).With("email", bank.Email), bank)),
		"organization-wrong": organizationPage(organizationView(refused, wrong, bank)),
	}
}

// inboxSamples are the pages of an agency's inbox.
func inboxSamples(t testing.TB) map[string]templ.Component {
	p := samplePage(t, identity.AgencyStaff, "/referrals", "referrals.title")
	bulk := BulkView{Page: samplePage(t, identity.AgencyStaff, "/referrals/bulk", "inbox.bulk-title"), Back: "/referrals?tab=ours"}
	moved := sampleReferral(referrals.Accepted)
	bulk.add(referrals.BulkResult{ID: "r1", Referral: &moved}, "Maria Santos")
	bulk.add(referrals.BulkResult{ID: "r2", Problem: fault.New(fault.Invalid, "Give a reason.")}, "Tomás Rivera")
	file := InboxFileView{Page: samplePage(t, identity.AgencyStaff, "/referrals/file", "inbox.file-title")}
	file.Form = file.form()
	checked, applied := file, file
	result := referrals.ImportResult{DryRun: true, Counts: map[referrals.RowState]int{referrals.RowReady: 2, referrals.RowRefused: 1, referrals.RowEmpty: 4}, Rows: []referrals.RowResult{
		{Line: 3, ID: "r2", State: referrals.RowRefused, Problem: fault.New(fault.Invalid, "Give a reason.")},
	}}
	checked.Result = inboxFileResult(file.Locale, result, "id,version,new_status")
	result.DryRun, result.Counts = false, map[referrals.RowState]int{referrals.RowApplied: 2, referrals.RowDone: 1}
	applied.Result = inboxFileResult(file.Locale, result, "")
	empty := inboxView(p, p.form(), tabOurs, referrals.ListInput{}, docstore.Page[referrals.View]{}, referrals.Tally{}, nil, sampleTopic)
	return map[string]templ.Component{
		"inbox": inboxListPage(sampleInbox(p)), "inbox-empty": inboxListPage(empty), "inbox-bulk": bulkPage(bulk),
		"inbox-file": inboxFilePage(file), "inbox-file-checked": inboxFilePage(checked), "inbox-file-applied": inboxFilePage(applied),
	}
}
