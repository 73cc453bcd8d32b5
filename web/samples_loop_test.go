package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// sampleTask is a task of that kind about a referral to Harbor Food Bank.
func sampleTask(kind referrals.TaskKind) referrals.Task {
	t := referrals.Task{
		Meta: docstore.Meta{ID: "t1"}, Kind: kind, ReferralID: "r1", NeedID: "n3", PatientID: "p1", WorkerID: "u1",
		OrganizationID: "clinic", CreatedAt: sampleNow, Due: sampleNow.AddDate(0, 0, 1),
	}
	if kind == referrals.TaskNextBest || kind == referrals.TaskForward {
		t.Service, t.Agency = referrals.Ref{ID: "s1", Name: "Soup kitchen"}, referrals.Ref{ID: "meals", Name: "Meals to You"}
	}
	return t
}

// sampleTaskPage is the page of a task; refusal is what a form of it was refused with.
func sampleTaskPage(p Page, t referrals.Task, refusal error) TaskView {
	r := sampleReferral(referrals.Requested)
	d := taskData{task: t, referral: &r, topic: sampleTopic, consent: "c1", sent: true, patient: patients.Patient{
		Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos", Phone: "+14155550123",
		Languages: patients.Languages{Spoken: "es"}, Contact: patients.Contact{SafeToVoicemail: new(false), SafeHours: "after 5 pm"},
	}}
	if t.Kind == referrals.TaskDisagreement {
		r = sampleReferral(referrals.Completed)
		r.Outcome, r.OutcomeText = "received-service", "The person got the service"
		r.Confirmation = &referrals.Confirmation{Received: referrals.ReceivedNo, By: "patient", At: sampleNow, Note: "Nobody came."}
	}
	if t.Service.ID != "" && t.Open() {
		d.offer = &TaskOffer{Service: serviceCard(p.Locale, sampleService()), Odds: "For this need in ZIP code 94109, 62 % got the service.",
			Covered: t.Kind == referrals.TaskNextBest, Ask: "/patients/p1/needs/n3/refer?service=s1&task=t1", Other: "/patients/p1/needs/n3/matches?task=t1"}
	}
	f := p.form()
	if refusal != nil {
		f.refuse(&p, refusal, nil)
	}
	return taskView(p, f, d)
}

// wrongIn is a refusal of one field.
func wrongIn(field, sentence string) error {
	var wrong fault.Fields
	wrong.Add(field, sentence)
	return wrong.Err()
}

// loopSamples renders the pages that keep a referral from going silent.
func loopSamples(t testing.TB) map[string]templ.Component {
	chw := func(path, title string) Page { return samplePage(t, identity.CHW, path, title) }
	task := func(kind referrals.TaskKind, refusal error) templ.Component {
		return taskPage(sampleTaskPage(chw("/tasks/t1", "tasks.title"), sampleTask(kind), refusal))
	}
	done, sent := sampleTask(referrals.TaskTalk), sampleTask(referrals.TaskNextBest)
	done.DoneAt, done.DoneBy, done.Result = sampleNow.Add(-time.Hour), "Rosa Vega", "Called her. She goes on Monday."
	sent.DoneAt, sent.DoneBy, sent.Result, sent.SentID = done.DoneAt, done.DoneBy, "accepted", "r2"
	list := chw("/tasks", "tasks.title")
	tabs := []ListChoice{{Label: "Mine", Href: "/tasks", Current: true}, {Label: "My team", Href: "/tasks?whose=team"}}
	rows := []WorkRow{taskRow(list.Locale, sampleTask(referrals.TaskDisagreement), "Maria Santos"), taskRow(list.Locale, sampleTask(referrals.TaskNextBest), "")}
	gone := sampleTaskPage(list, sampleTask(referrals.TaskNextBest), nil)
	gone.Offer.Gone = true

	gave := chw("/patients/p1/needs/n3/gave", "gave.title")
	given := GaveView{Page: gave, Form: gave.form(), Name: "Maria Santos", Need: "Food", Service: serviceCard(gave.Locale, sampleService()), Action: "/patients/p1/needs/n3/gave", Leave: "/patients/p1/needs/n3/matches"}
	givenWrong := given
	givenWrong.Form.refuse(&givenWrong.Page, wrongIn("note", "Write at most %d letters."), nil)

	admin := func(path string) Page { return samplePage(t, identity.NetworkAdmin, path, "ladder.title") }
	boss := samplePage(t, identity.Supervisor, handoverPath, "handover.title")
	hand := HandoverView{Page: boss, Form: boss.form(), Workers: []Option{{Label: "Choose a person"}, {Value: "u1", Label: "Rosa Vega"}, {Value: "u2", Label: "Ana Bell"}}}
	told, nothing, wrong := hand, hand, hand
	told.Told, nothing.Told, nothing.Nothing = "From Rosa Vega to Ana Bell: 5 open referrals and 2 tasks.", "-", true
	wrong.Form.refuse(&wrong.Page, referrals.TwoPeople("u1", "u1"), nil)
	own := network.Settings{ChangedBy: "Sam Park", ChangedAt: sampleNow, Ladder: append(network.DefaultLadder(), network.LadderRule{
		Need: "food-insecurity", Priority: "urgent", Resend: true, Turns: map[string]network.Wait{"requested": {OpenHours: 2}},
		Steps: []network.LadderStep{{Do: network.StepDue}, {Do: network.StepNext, Wait: network.Wait{Days: 1}}},
	}, network.LadderRule{Need: "homelessness"})}

	return map[string]templ.Component{
		"ladder":             ladderPage(ladderView(admin(ladderPath), boss.form(), network.Defaults())),
		"ladder-own":         ladderPage(ladderView(admin(ladderPath), boss.form(), own)),
		"ladder-rule":        ladderRulePage(sampleLadderRule(admin(ladderPath+"/rule"), own.Ladder[2], nil)),
		"ladder-rule-wrong":  ladderRulePage(sampleLadderRule(admin(ladderPath+"/rule"), own.Ladder[0], wrongIn("ladder[0].steps.admin", "Count in opening hours, in business days or in days."))),
		"ladder-rule-new":    ladderRulePage(sampleLadderRule(admin(ladderPath+"/rule"), network.LadderRule{}, wrongIn("ladder[0].need", "There is another rule for this need and priority."))),
		"handover":           handoverPage(hand),
		"handover-check":     handoverPage(told),
		"handover-nothing":   handoverPage(nothing),
		"handover-wrong":     handoverPage(wrong),
		"tasks":              tasksPage(TasksView{Page: list, Tabs: tabs, Rows: rows}),
		"tasks-none":         tasksPage(TasksView{Page: list, Tabs: tabs}),
		"task-disagreement":  task(referrals.TaskDisagreement, nil),
		"task-talk-wrong":    task(referrals.TaskTalk, wrongIn("result", "Write in a few words what was done.")),
		"task-next":          task(referrals.TaskNextBest, nil),
		"task-next-wrong":    task(referrals.TaskNextBest, wrongIn("note", "Write in a few words why not.")),
		"task-next-gone":     taskPage(gone),
		"task-forward":       task(referrals.TaskForward, nil),
		"task-done":          taskPage(sampleTaskPage(list, done, nil)),
		"task-sent":          taskPage(sampleTaskPage(list, sent, nil)),
		"gave":               gavePage(given),
		"gave-wrong":         gavePage(givenWrong),
		"refer-warned":       referPage(sampleReferWarned(chw("/refer", "refer.title"))),
		"refer-task":         referPage(sampleReferTask(chw("/refer", "refer.title"))),
		"referral-tries":     referralPage(sampleLoopPage(samplePage(t, identity.AgencyStaff, "/referrals/r1", "referral.title"), nil)),
		"referral-try-wrong": referralPage(sampleLoopPage(samplePage(t, identity.AgencyStaff, "/referrals/r1", "referral.title"), wrongIn("channel", "Say how you tried to contact the person."))),
		"referral-undo":      referralPage(sampleUndo(samplePage(t, identity.AgencyStaff, "/referrals/r1", "referral.title"))),
		"referral-given":     referralPage(sampleGiven(chw("/referrals/r1", "referral.title"))),
		"forward":            forwardPage(sampleForward(samplePage(t, identity.AgencyStaff, "/referrals/r1/forward", "forward.title"), nil)),
		"forward-wrong":      forwardPage(sampleForward(samplePage(t, identity.AgencyStaff, "/referrals/r1/forward", "forward.title"), wrongIn("serviceId", "Choose a service."))),
		"forward-none":       forwardPage(ForwardView{Page: samplePage(t, identity.AgencyStaff, "/referrals/r1/forward", "forward.title"), ID: "r1", Who: "Maria Santos", Form: list.form()}),
		"waiting":            waitingPage(sampleWaiting(samplePage(t, identity.AgencyStaff, "/listing/s1/waiting", "wait.title"))),
		"waiting-none":       waitingPage(WaitingView{Page: samplePage(t, identity.AgencyStaff, "/listing/s1/waiting", "wait.title"), Service: "Food pantry"}),
	}
}

// sampleLadderRule is the form of a rule: as a preview, or as it was refused.
func sampleLadderRule(p Page, r network.LadderRule, refusal error) LadderFormView {
	f := ladderForm(p.form(), r)
	if len(r.Steps) == 0 {
		f = f.With("new", "yes")
	}
	if refusal != nil {
		f.refuse(&p, refusal, ladderAlias(0))
	}
	v := ladderFormView(p, f)
	if refusal == nil {
		v.Preview = new(ladderRuleView(p.Locale, r))
	}
	return v
}

func sampleWarnings() []referrals.Warning {
	w := func(kind referrals.WarningKind) referrals.Warning {
		return referrals.Warning{Kind: kind, ReferralID: "r2", Agency: referrals.Ref{Name: "Meals to You"}, Service: referrals.Ref{Name: "Soup kitchen"}, SentAt: sampleNow.AddDate(0, 0, -3)}
	}
	return []referrals.Warning{w(referrals.WarnNeedOpen), w(referrals.WarnServiceOpen), w(referrals.WarnAgencyOpen), w(referrals.WarnNeedRecent)}
}

func sampleReferWarned(p Page) ReferView {
	r := sampleReferring(p, false)
	r.warnings, r.odds = sampleWarnings(), "For this need in ZIP code 94109, 62 % got the service. Half of them within 6 days."
	return referView(r, r.begin(p.form().With(onceField, "k").With("priority", "routine")))
}

func sampleReferTask(p Page) ReferView {
	r := sampleReferring(p, false)
	r.task = sampleTask(referrals.TaskForward)
	return referView(r, r.begin(p.form().With(onceField, "k").With("priority", "routine")))
}

// sampleLoopPage is a referral on the waiting list, with tries in vain.
func sampleLoopPage(p Page, refusal error) ReferralView {
	r := sampleReferral(referrals.OnHold)
	r.Service, r.Waitlist = referrals.Ref{ID: "s1", Name: "Food pantry"}, &referrals.Waitlist{Position: 3, Length: 5, Since: sampleNow.AddDate(0, 0, -4)}
	f := p.form().With(onceField, "k")
	if refusal != nil {
		f.refuse(&p, refusal, map[string]string{"channel": "try.channel"})
	}
	v := referralView(p, f, r, sampleTopic)
	v.Loop = loopView(p, r, nil, []referrals.Attempt{
		{At: sampleNow.AddDate(0, 0, -2), By: "Tom Harris", Party: referrals.Agency, Channel: "call", Note: "No answer."},
		{At: sampleNow.AddDate(0, 0, -1), By: "Tom Harris", Party: referrals.Agency, Channel: "text"},
	})
	return v
}

// sampleUndo is a referral that was accepted a moment ago, after a slip.
func sampleUndo(p Page) ReferralView {
	r := sampleReferral(referrals.Accepted)
	r.TakeBackUntil = sampleNow.Add(14 * time.Minute)
	r.History = append(r.History, referrals.Step{At: sampleNow, By: "Tom Harris", Party: referrals.Agency, From: referrals.Rejected, To: referrals.Requested, TakesBack: 1})
	return referralView(p, p.form().With(onceField, "k"), r, sampleTopic)
}

// sampleGiven is the page of a referral of which the agency knows nothing, with
// a task and where it went on to.
func sampleGiven(p Page) ReferralView {
	r := sampleReferral(referrals.Completed)
	r.LogOnly, r.Onward = true, &referrals.SentOn{Service: referrals.Ref{Name: "Soup kitchen"}, Agency: referrals.Ref{Name: "Meals to You"}}
	v := referralView(p, p.form(), r, sampleTopic)
	v.Loop = loopView(p, r, []referrals.Task{sampleTask(referrals.TaskTalk)}, nil)
	return v
}

func sampleForward(p Page, refusal error) ForwardView {
	f := p.form()
	if refusal != nil {
		f.refuse(&p, refusal, map[string]string{"serviceId": "service"})
	}
	return ForwardView{Page: p, Form: f, ID: "r1", Who: "Maria Santos", Version: "3", Services: []Option{
		{Value: "s2", Label: "Soup kitchen", Hint: "Meals to You · Has room"}, {Value: "s3", Label: "Pantry by the sea", Hint: "Harbor House"},
	}}
}

func sampleWaiting(p Page) WaitingView {
	first, second := sampleReferral(referrals.OnHold), sampleReferral(referrals.OnHold)
	first.Waitlist = &referrals.Waitlist{Position: 1, Length: 2, Since: sampleNow.AddDate(0, 0, -9)}
	second.Waitlist, second.Patient = &referrals.Waitlist{Position: 2, Length: 2, Since: sampleNow.AddDate(0, 0, -1)}, nil
	return WaitingView{Page: p, Service: "Food pantry", Rows: waitingRows(p.Locale, []referrals.View{first, second})}
}
