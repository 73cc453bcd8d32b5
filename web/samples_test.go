package web

import (
	"maps"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// sampleNow is the instant at which the sample pages are shown: a Monday
// morning in Los Angeles.
var sampleNow = time.Date(2026, 3, 9, 16, 20, 0, 0, time.UTC)

// samplePage is the frame of a page as the role sees it.
func samplePage(t testing.TB, role identity.Role, path, title string, args ...any) Page {
	t.Helper()
	words, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	l := words.For(sampleNow, zone, "en")
	p := Page{Locale: l, Title: l.T(title, args...), Path: path, Here: path, Languages: languageChoices(l.Language)}
	if role != "" {
		p.Actor = identity.Actor{ID: "u1", Name: "Rosa Vega", Role: role, OrganizationID: "clinic"}
		p.Organization, p.Token = "Ridgeline Community Health", "token"
		p.Nav = navFor(l, p.Actor, path)
	}
	return p
}

// sampleTheirs tells words in another language than the page's.
func sampleTheirs(p Page) func(tag string) *Locale {
	words, err := LoadWords()
	if err != nil {
		panic(err)
	}
	return func(tag string) *Locale { return words.For(p.Now, p.Zone, tag) }
}

// samples renders every page with sample data; a new page gets a row here.
func samples(t testing.TB) map[string]templ.Component {
	chw := func(path, title string, args ...any) Page { return samplePage(t, identity.CHW, path, title, args...) }
	home, plain := chw("/", "nav.home"), samplePage(t, "", "/signin", "signin.title")
	wrong := plain
	wrong.Invalid = true
	refused := plain.form().With("email", "rosa@example.org")
	refused.Problems = []Problem{{Field: "email", Text: "The email address or the password is wrong. Check both and try again."}}
	found := chw("/patients/search", "patients.found.title")
	list := chw("/patients", "patients.title")
	all := map[string]templ.Component{
		"signin":           signInPage(SignInView{Page: plain, Form: plain.form(), Next: "/"}),
		"signin-refused":   signInPage(SignInView{Page: wrong, Form: refused, Next: "/"}),
		"home":             homePage(sampleHome(home)),
		"home-empty":       homePage(HomeView{Page: home, Greeting: "Good morning, Rosa", Today: "Monday, March 9", Search: home.form()}),
		"home-agency":      startPage(HomeView{Page: samplePage(t, identity.AgencyStaff, "/", "nav.home"), Greeting: "Good morning, Rosa", Today: "Monday, March 9"}),
		"offline":          offlinePage(sampleOffline(samplePage(t, "", "/offline", "offline.title"))),
		"error-404":        errorPage(errorView(chw("/nowhere", "error.404.title"), 404, "error.404", nil)),
		"error-409":        errorPage(errorView(chw("/x", "error.409.title"), 409, "error.409", docstore.ErrConflict)),
		"error-500-plain":  errorPage(errorView(samplePage(t, "", "/x", "error.500.title"), 500, "error.500", fault.New("exception", "Broken."))),
		"patients":         patientsPage(PatientsView{Page: list, Form: list.form(), Rows: samplePatients(list.Locale), More: "/patients?cursor=abc"}),
		"patients-choose":  patientsPage(PatientsView{Page: list, Form: list.form(), Rows: samplePatients(list.Locale), Choose: true}),
		"patients-none":    patientsPage(PatientsView{Page: found, Form: found.form().With("name", "Okonkwo"), Searched: true}),
		"register":         registerPage(RegisterView{Page: chw("/patients/new", "register.title"), Form: list.form().With(onceField, "k")}),
		"register-wrong":   registerPage(sampleRegisterWrong(chw("/patients/new", "register.title"))),
		"register-alike":   registerPage(sampleRegisterAlike(chw("/patients/new", "register.title"))),
		"patient-edit":     editPatientPage(samplePatientEdit(chw("/patients/p1/edit", "patient-edit.title"))),
		"patient":          patientPage(samplePatient(chw("/patients/p1", "patient.title"))),
		"patient-new":      patientPage(patientView(chw("/patients/p2", "patient.title"), patients.Patient{GivenName: "Ada", FamilyName: "Okonkwo", BirthDate: "2020-01-31"})),
		"screening-begin":  beginPage(sampleBegin(chw("/patients/p1/screenings/new", "begin.title"))),
		"question":         questionPage(sampleQuestion(t, "/71802-3", "LA31994-9")),
		"question-several": questionPage(sampleQuestion(t, "/96778-6", "LA31996-4", "LA31997-2")),
		"question-wrong":   questionPage(sampleQuestion(t, "/93030-5")),
		"review":           reviewPage(sampleReview(t)),
		"result":           resultPage(sampleResult(t)),
		"result-none":      resultPage(ResultView{Page: chw("/screenings/s1", "result.title"), Form: list.form(), Name: "Maria Santos", Leave: "/patients/p1", Meta: "Essentials · Today, 9:05 AM, by Rosa Vega"}),
	}
	maps.Copy(all, networkSamples(t))
	maps.Copy(all, listingSamples(t))
	maps.Copy(all, questionSamples(t))
	maps.Copy(all, visitSamples(t))
	maps.Copy(all, talkSamples(t))
	maps.Copy(all, instrumentSamples(t))
	maps.Copy(all, termsSamples(t))
	maps.Copy(all, needsSamples(t))
	maps.Copy(all, matchSamples(t))
	maps.Copy(all, shortlistSamples(t))
	maps.Copy(all, adminSamples(t))
	maps.Copy(all, inboxSamples(t))
	maps.Copy(all, agencySamples(t))
	maps.Copy(all, figureSamples(t))
	maps.Copy(all, guestSamples(t))
	maps.Copy(all, ownSamples(t))
	maps.Copy(all, noticeSamples(t))
	maps.Copy(all, homeSamples(t))
	maps.Copy(all, loopSamples(t))
	maps.Copy(all, joiningSamples(t))
	return all
}

func sampleHome(p Page) HomeView {
	v := HomeView{Page: p, Greeting: "Good morning, Rosa", Today: p.Weekday(p.Now), Search: p.form(), Recent: samplePatients(p.Locale)}
	v.Due, v.Later = splitWork(p.Locale, sampleReferrals(), sampleTopic)
	v.Screen = DueCard{Rows: sampleDue(p, 3).Rows, Count: 12}
	v.News = []NewsRow{{Text: "A referral has news", When: "Today, 9:10 AM", Action: "/notices/n1/read"}}
	return v
}

// sampleReferrals wait for the sender, the most urgent first; the last one is settled.
func sampleReferrals() []referrals.View {
	view := func(id, given, family, topic, agency string, status referrals.Status, due time.Duration) referrals.View {
		return referrals.View{
			ID: id, Status: status, Label: status.Label(), Expected: referrals.Expected(status),
			Patient: &referrals.PatientView{GivenName: given, FamilyName: family}, Need: &referrals.NeedView{Topic: topic},
			OrganizationName: agency, ServiceName: "Weekly pantry", CreatedAt: sampleNow.AddDate(0, 0, -7),
			Turn: &referrals.Turn{Party: referrals.Sender, Due: sampleNow.Add(due)}, Overdue: due < 0,
		}
	}
	settled := view("r5", "Ada", "Okonkwo", "food", "Harbor Food Bank", referrals.Completed, time.Hour)
	settled.Turn, settled.Settled = nil, true
	return []referrals.View{
		view("r1", "Maria", "Santos", "food", "Harbor Food Bank", referrals.Completed, -30*time.Hour),
		view("r2", "Tomás", "Rivera", "housing", "Northside Housing", referrals.Rejected, 3*time.Hour),
		view("r3", "Linh", "Tran", "safety", "County Safe House", referrals.Completed, 72*time.Hour),
		settled,
	}
}

func samplePatients(l *Locale) []PatientRow {
	return patientRows(l, []patients.Patient{
		{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos", BirthDate: "1987-04-30", Phone: "+14155550123"},
		{Meta: docstore.Meta{ID: "p3"}, GivenName: "Linh", FamilyName: "Tran", BirthDate: "1959-11-02"},
		{Meta: docstore.Meta{ID: "p4"}, GivenName: "Bartholomew-Alexander", FamilyName: "Featherstonehaugh-Okonkwo", BirthDate: "2025-06-20", Phone: "+14155550188"},
	}, false)
}

func sampleRegisterWrong(p Page) RegisterView {
	f := p.form().With("givenName", "Ada").WithDate("birthDate", "2031-02-03").With("phone", "55").With("languages.spoken", "es").With("contact.safeToText", "no")
	var wrong fault.Fields
	wrong.Add("familyName", "Give the last name.")
	wrong.Add("birthDate", "The birth date is in the future. Check the year.")
	wrong.Add("representatives[0].relationship", "Choose parent, guardian or proxy.")
	v := RegisterView{Page: p, Form: f}
	v.Form.refuse(&v.Page, wrong.Err(), patientAlias)
	return v
}

func sampleRegisterAlike(p Page) RegisterView {
	err := fault.New(fault.Conflict, "This may be somebody you know already.").With("candidates", []patients.Candidate{
		{ID: "p1", Name: "Maria Santos", BirthDate: "1987-04-30", Phone: "0123", Why: []string{"same-family-name", "similar-given-name", "same-phone"}},
	})
	f := p.form().With("givenName", "Mary").With("familyName", "Santos").WithDate("birthDate", "1987-04-03")
	return RegisterView{Page: p, Form: f, Alike: alikeRows(p.Locale, err)}
}

func sampleRecord() patients.Patient {
	return patients.Patient{
		Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos", BirthDate: "1987-04-30", Phone: "+14155550123",
		Address:   patients.Address{Line: "12 Harbor Street", City: "San Francisco", State: "CA", PostalCode: "94109"},
		Languages: patients.Languages{Spoken: "es", Written: "es"},
		Contact:   patients.Contact{SafeToText: new(true), SafeToVoicemail: new(false), SafeHours: "weekdays after 5"},
	}
}

func samplePatientEdit(p Page) EditPatientView {
	return editPatientView(p, editForm(p, sampleRecord()), sampleRecord())
}

func samplePatient(p Page) PatientView {
	v := patientView(p, sampleRecord())
	for _, n := range sampleNeeds() {
		v.Needs = append(v.Needs, needRow(p.Locale, topics(sampleTopic).name(p.Locale, n.Topic), n))
	}
	v.Drafts = []LinkRow{{Title: "AHC health-related social needs screening", Meta: "Last saved: Today, 8:40 AM", Href: "/screenings/drafts/d1/questions/1", Tag: "Go on", Tone: Warning}}
	v.Screenings = []LinkRow{{Title: "Essentials", Meta: "Yesterday, 3:05 PM, by Rosa Vega", Href: "/screenings/s1", Tag: "3 needs found", Tone: Plain}}
	for _, r := range sampleReferrals() {
		v.Referrals = append(v.Referrals, referralRow(p.Locale, r, sampleTopic))
	}
	v.Consents = []LinkRow{consentRow(p.Locale, referrals.Consent{
		Recipients: referrals.Recipients{OrganizationIDs: []string{"bank"}}, Needs: []string{"food-insecurity"},
		Status: referrals.ConsentActive, GivenAt: sampleNow, ExpiresOn: "2027-03-09",
	}, map[string]string{"bank": "Harbor Food Bank"})}
	return v
}

func sampleNeeds() []screening.Need {
	need := func(id, topic, domain string, status screening.NeedStatus, wanted *bool, urgent, private bool) screening.Need {
		return screening.Need{
			Meta: docstore.Meta{ID: id, Version: 1}, PatientID: "p1", Topic: topic, Domain: domain, Status: status,
			Wanted: wanted, Urgent: urgent, Private: private, ScreeningID: "s1", Since: sampleNow.AddDate(0, 0, -1),
		}
	}
	gone := need("n4", "transportation", "transportation-insecurity", screening.NeedInProgress, new(true), false, false)
	gone.ProposedToClose = &screening.Proposal{ScreeningID: "s2", At: sampleNow}
	return []screening.Need{
		need("n1", "housing", "homelessness", screening.NeedOpen, nil, true, false),
		need("n2", "safety", "intimate-partner-violence", screening.NeedOpen, nil, true, true),
		need("n3", "food", "food-insecurity", screening.NeedWanted, new(true), false, false),
		gone,
	}
}

func sampleBegin(p Page) BeginView {
	instruments := []screening.Info{
		{ID: "ahc-hrsn-core", Title: "AHC health-related social needs screening: core questions", Languages: []string{"en"}},
		{ID: "essentials", Title: "Essentials: food, housing and transportation", Languages: []string{"en", "es"}},
	}
	f := p.form().With("instrument", "ahc-hrsn-core").With("respondent", "self").With("mode", modeInPerson).With("language", "en")
	return beginView(p, f, patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos"}, instruments)
}

// sampleCore is the core instrument with some answers given.
func sampleCore(t testing.TB) (*screening.Instrument, screening.Draft) {
	t.Helper()
	library, err := screening.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	i := library.Find("ahc-hrsn-core")
	return i, screening.Draft{
		Meta: docstore.Meta{ID: "d1"}, PatientID: "p1", Instrument: i.Ref(), Language: "en",
		Answers: screening.Answers{
			"/71802-3": screening.Codes("LA31995-6"), "/96778-6": screening.Codes("LA31996-4", "LA31997-2"),
			"/88122-7": screening.Codes("LA28397-0"), "/88123-5": screening.Absent(screening.AskedUnknown),
			"/93030-5": screening.Absent(screening.AskedDeclined), "/95618-5": screening.Codes("LA10082-8"),
		},
	}
}

// sampleQuestion asks the question; without codes it comes back for want of an answer.
func sampleQuestion(t testing.TB, linkID string, codes ...string) QuestionView {
	i, d := sampleCore(t)
	a := asked{draft: d, instrument: i, name: "Maria Santos"}
	a.questions, a.official = askedIn(i, d)
	for n, q := range a.questions {
		if q.LinkID == linkID {
			a.question, a.n = q, n+1
		}
	}
	p := samplePage(t, identity.CHW, questionPath("d1", a.n), "question.title", "n", a.n, "of", len(a.questions))
	f := p.form().With("answer", codes...)
	if len(codes) == 0 {
		_, problem := answerFrom(f, a.question)
		f.Problems, p.Invalid = []Problem{*problem}, true
	}
	return questionView(p, f, a)
}

func sampleTopic(topic string) (screening.TopicInfo, bool) {
	library, err := screening.Shipped()
	if err != nil {
		return screening.TopicInfo{}, false
	}
	return library.Topic(topic)
}

func sampleReview(t testing.TB) ReviewView {
	i, d := sampleCore(t)
	p := samplePage(t, identity.CHW, "/screenings/drafts/d1/review", "review.title")
	p.Task = true
	questions, _ := askedIn(i, d)
	return ReviewView{
		Page: p, Form: p.form(), Name: "Maria Santos", Action: reviewPath("d1"), Back: questionPath("d1", len(questions)), Open: 4,
		Sections: sections(p.Locale, sampleTopic, questions, d.Answers, func(n int) string { return changePath("d1", n) }),
	}
}

func sampleResult(t testing.TB) ResultView {
	i, d := sampleCore(t)
	p := samplePage(t, identity.CHW, "/screenings/s1", "result.title")
	s := screening.Screening{
		Meta: docstore.Meta{ID: "s1"}, PatientID: "p1", Instrument: i.Ref(), Language: "en", Answers: d.Answers,
		AnsweredAt: sampleNow.Add(-15 * time.Minute), ByName: "Rosa Vega", Derived: screening.Derive(i, d.Answers),
	}
	return resultView(p, p.form(), resultData{
		screening: s, instrument: i, needs: sampleNeeds()[:3], topic: sampleTopic,
		patient: patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos"},
	})
}
