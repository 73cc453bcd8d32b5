package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/consenttext"
	"github.com/havenloop/havenloop/screening"
)

// networkSamples renders the pages about services, referrals and the network.
func networkSamples(t testing.TB) map[string]templ.Component {
	as := func(role identity.Role, path, title string) Page { return samplePage(t, role, path, title) }
	find := as(identity.CHW, "/directory", "directory.title")
	home := HomeView{Page: as(identity.AgencyAdmin, "/", "nav.home"), Greeting: "Good morning, Rosa", Today: "Monday, March 9", Search: find.form()}
	mine := home
	mine.Due = sampleHome(home.Page).Due
	run := home
	run.Page = as(identity.NetworkAdmin, "/", "nav.home")
	state := IndexState{Title: "Works", Text: "241 services can be found.", Tone: Good}
	team := sampleHome(as(identity.Supervisor, "/", "nav.home"))
	stuck := escalationRows(find.Locale, []referrals.View{sampleReferral(referrals.Requested)}, sampleTopic)
	team.Team = &TeamView{Figures: []Figure{figure(find.Locale, "figure.team-overdue", 3, "/referrals?tab=overdue", Urgent)}, Escalated: stuck}
	plain := as("", "/setup", "setup.title")
	setup := SetupView{Page: plain, Form: plain.form().With("timeZone", "America/Chicago"), Zones: zoneOptions(plain.Locale)}
	mapping := MappingView{Page: as(identity.NetworkAdmin, "/admin/services", "mapping.title"), Form: plain.form(), Index: state}
	unmapped := mapping
	unmapped.Rows = unmappedRows(docstore.Page[directory.ServiceDoc]{Items: []directory.ServiceDoc{{Service: directory.Service{Name: "Wing B", Description: "Ask at the desk."}}}})
	return map[string]templ.Component{
		"directory":         directoryPage(sampleDirectory(find, "")),
		"directory-found":   directoryPage(sampleDirectory(find, "found")),
		"directory-none":    directoryPage(sampleDirectory(find, "none")),
		"directory-away":    directoryPage(sampleDirectory(find, "away")),
		"directory-wrong":   directoryPage(sampleDirectory(find, "wrong")),
		"service":           servicePage(serviceView(as(identity.CHW, "/directory/services/s1", "directory.title"), sampleDetail(t))),
		"service-bare":      servicePage(serviceView(as(identity.AgencyStaff, "/directory/services/s2", "directory.title"), directory.ServiceDetail{ServiceSummary: directory.ServiceSummary{ServiceFacts: directory.ServiceFacts{ID: "s2", Name: "Wing B", Capacity: directory.CapacityUnknown}}, Places: []directory.PlaceDetail{{}}})),
		"matches":           matchesPage(sampleMatches(as(identity.CHW, "/patients/p1/needs/n3/matches", "matches.title"))),
		"matches-none":      matchesPage(MatchesView{Page: as(identity.CHW, "/x", "matches.title"), Name: "Maria Santos", Leave: "/patients/p1", Need: "Food", Private: true, NoZIP: true, Search: "/directory?q="}),
		"refer":             referPage(sampleRefer(as(identity.CHW, "/refer", "refer.title"), false, nil)),
		"refer-violence":    referPage(sampleRefer(as(identity.CHW, "/refer", "refer.title"), true, nil)),
		"refer-wrong":       referPage(sampleRefer(as(identity.CHW, "/refer", "refer.title"), false, sampleRefusal())),
		"refer-check":       referReviewPage(sampleReferReview(as(identity.CHW, "/refer", "refer.title"))),
		"referrals":         referralsPage(sampleList(as(identity.CHW, "/referrals", "referrals.title"))),
		"referrals-inbox":   referralsPage(sampleList(as(identity.AgencyStaff, "/referrals", "referrals.title"))),
		"referrals-empty":   referralsPage(ReferralsView{Page: as(identity.CHW, "/referrals", "referrals.title"), Nothing: "Nothing here waits for you"}),
		"referral-agency":   referralPage(sampleReferralPage(as(identity.AgencyStaff, "/referrals/r1", "referral.title"), referrals.Accepted)),
		"referral-confirm":  referralPage(sampleReferralPage(as(identity.Supervisor, "/referrals/r1", "referral.title"), referrals.Completed)),
		"referral-declined": referralPage(sampleReferralPage(as(identity.CHW, "/referrals/r1", "referral.title"), referrals.Rejected)),
		"referral-withheld": referralPage(sampleReferralPage(as(identity.AgencyStaff, "/referrals/r1", "referral.title"), referrals.Withdrawn)),
		"consent":           consentPage(sampleConsentPage(as(identity.CHW, "/patients/p1/consents/c1", "consent.title"))),
		"consent-ended":     consentPage(sampleConsentEnded(as(identity.CHW, "/patients/p1/consents/c1", "consent.title"))),
		"consent-paper":     consentPage(sampleConsentPaper(as(identity.CHW, "/patients/p1/consents/c1", "consent.title"))),
		"access":            accessPage(sampleAccess(as(identity.CHW, "/patients/p1/access", "access.title"))),
		"access-none":       accessPage(AccessView{Page: as(identity.CHW, "/patients/p1/access", "access.title"), Name: "Maria Santos", Leave: "/patients/p1"}),
		"refer-sign":        referReviewPage(sampleReferSign(as(identity.CHW, "/refer", "refer.title"))),
		"escalations":       escalationsPage(EscalationsView{Page: as(identity.Supervisor, "/escalations", "escalations.title"), Rows: stuck}),
		"escalations-none":  escalationsPage(EscalationsView{Page: as(identity.Supervisor, "/escalations", "escalations.title")}),
		"listing":           listingPage(sampleListing(as(identity.AgencyAdmin, "/listing", "listing.title"))),
		"listing-none":      listingPage(ListingView{Page: as(identity.AgencyAdmin, "/listing", "listing.title"), Form: find.form()}),
		"service-add":       addServicePage(sampleAddService(as(identity.AgencyAdmin, "/listing/new", "service-add.title"), false)),
		"service-add-wrong": addServicePage(sampleAddService(as(identity.NetworkAdmin, "/listing/new", "service-add.title"), true)),
		"organizations":     organizationsPage(sampleOrganizations(as(identity.NetworkAdmin, "/admin/organizations", "organizations.title"))),
		"users":             usersPage(sampleUsers(as(identity.NetworkAdmin, "/admin/users", "users.title"))),
		"mapping":           mappingPage(mapping),
		"mapping-missing":   mappingPage(unmapped),
		"setup":             setupPage(setup),
		"home-agency-work":  agencyHomePage(AgencyHomeView{HomeView: mine, Listing: true, Figures: []Figure{figure(find.Locale, "figure.new", 2, "/referrals", Plain)}}),
		"home-agency-empty": agencyHomePage(AgencyHomeView{HomeView: home}),
		"home-supervisor":   homePage(team),
		"home-network":      networkHomePage(NetworkHomeView{HomeView: run, Index: state, Figures: []Figure{figure(find.Locale, "figure.unmapped", 4, "/admin/services", Warning)}}),
	}
}

func sampleService() directory.ServiceSummary {
	next := sampleNow.Add(5 * time.Hour)
	return directory.ServiceSummary{
		ServiceFacts: directory.ServiceFacts{
			ID: "s1", Name: "Food pantry", OrganizationID: "bank", OrganizationName: "Harbor Food Bank", Needs: []string{"food-insecurity"},
			Languages: []string{"en", "es"}, TimeZone: "America/Los_Angeles", Capacity: directory.CapacityOpen, CapacityUpdatedAt: &next, Phone: "+14155550123",
			Address: &directory.PostalAddress{Line: "12 Pier Street", City: "San Francisco", State: "CA", PostalCode: "94109"},
			Point:   &geo.Point{Lat: 37.8, Lng: -122.4}, Free: true, URL: "https://food.example.org", LastVerified: "2026-02-02", Alert: "Closed on holidays.",
		},
		DistanceMeters: new(1900.0), OpenNow: new(true), Next: &directory.HoursChange{At: next, Open: new(false)},
	}
}

func sampleDetail(t testing.TB) directory.ServiceDetail {
	t.Helper()
	s := sampleService()
	shelter := s
	shelter.Confidential, shelter.Address, shelter.Point = true, nil, nil
	return directory.ServiceDetail{
		ServiceSummary: s, FullDescription: "Fresh and dry food.\n\nNo papers needed.", RequiredDocuments: []string{"Photo ID"}, AreaUnknown: true,
		CostOptions: []directory.CostOption{{Option: "Delivery", Amount: new(2.5), Currency: "USD"}}, AreaNames: []string{"San Francisco County"},
		NeedMappings: []directory.NeedMapping{{Domain: "food-insecurity", Confidence: 1}, {Domain: "stress", Confidence: 0.5}},
		Places: []directory.PlaceDetail{
			{
				ServiceSummary: s, Phones: []directory.Phone{{Number: "+14155550123", Extension: new(7.0), Description: "Front desk"}},
				Week: []directory.DayHours{
					{Date: "2026-03-09", Spans: []directory.Span{{From: "09:00", To: "14:20"}}, Unknown: true}, {Date: "2026-03-10"}, {Date: "2026-03-11", Unknown: true},
				},
				HoursNotes: []string{"Ring the bell."}, Accessibility: []string{"Wheelchair access"},
			},
			{ServiceSummary: shelter},
		},
	}
}

func sampleDirectory(p Page, state string) DirectoryView {
	f := p.form()
	v := DirectoryView{Page: p, Form: f}
	if state == "" {
		v.fill(nil)
		return v
	}
	v.Form = f.With(findText, "fod pantri").With(findZIP, "94109").With(findNeed, "food-insecurity").With(findLanguage, "es").With(findMiles, "5").With(findOpen, "now")
	v.Searched = true
	switch state {
	case "away":
		v.Away = true
	case "wrong":
		var wrong fault.Fields
		wrong.Add("postalCode", "Enter a ZIP code with five digits.")
		v.Form.refuse(&v.Page, wrong.Err(), findAlias)
	}
	v.fill(map[string][]directory.FacetCount{"languages": {{Value: "es", Count: 3}}, "needs": {{Value: "food-insecurity", Count: 12}}})
	onList := func(id string) bool { return id == "s2" }
	switch state {
	case "found":
		virtual := directory.ServiceSummary{ServiceFacts: directory.ServiceFacts{ID: "s2", Name: "Wing B", Capacity: directory.CapacityFull, Virtual: true}, OpenNow: new(false)}
		v.Found = foundView(v.Locale, v.Form.With(findPage, "2"), directory.SearchPage{Total: 42, Items: []directory.ServiceSummary{sampleService(), virtual}}, directory.SearchPage{Total: 3}, onList)
	case "none":
		v.Found = foundView(v.Locale, v.Form, directory.SearchPage{}, directory.SearchPage{Total: 1, Items: []directory.ServiceSummary{sampleService()}}, onList)
		v.widen([]directory.Suggestion{{Text: "food pantry", Kind: "service"}}, make([]int, len(v.Chips)))
	}
	return v
}

func sampleMatchList() []referrals.Match {
	reasons := []directory.Reason{
		{Code: directory.ReasonNeed, Format: "It helps with: %s.", Args: []any{directory.NeedName("food-insecurity")}},
		{Code: directory.ReasonDistance, Format: "It is %s away.", Args: []any{directory.Miles(1900)}},
		{Code: directory.ReasonLanguage, Format: "They speak %s.", Args: []any{directory.LanguageName("es")}},
		{Code: directory.ReasonVerified, Format: "Somebody checked this listing on %s.", Args: []any{directory.Date("2026-02-02")}},
	}
	call := sampleService()
	call.ID, call.Name = "s2", "Soup kitchen"
	other := sampleService()
	other.ID = "s3"
	return []referrals.Match{
		{Match: directory.Match{Service: sampleService(), Reasons: reasons}, AcceptsReferrals: true},
		{Match: directory.Match{Service: call, Unknown: []directory.Reason{{Code: directory.UnknownCost, Format: "We do not know what it costs."}, {Code: directory.UnknownHours, Format: "We do not know when it is open. Call first."}}}},
		{Match: directory.Match{Service: other}, AcceptsReferrals: true},
	}
}

// sampleJudged are matches ranked for a seeker of whom much is known.
func sampleJudged() []referrals.Match {
	seeker := directory.Seeker{PostalCode: "94109", Languages: []string{"es"}, Age: new(35.0), Sex: directory.Female, Children: new(true), Wheelchair: true}
	in := func(id, rules string, past *directory.Past) directory.Candidate {
		s := sampleService()
		s.ID, s.Eligibility = id, rules
		return directory.Candidate{
			Service: s, Confidence: 1, Past: past, Eligibility: directory.ReadEligibility(directory.Service{EligibilityDescription: rules}, nil, "06"),
			Entry: directory.Entry{ID: id, ServiceID: id, Status: "active", Needs: []string{"food-insecurity"}, Languages: []string{"es"}, Areas: []string{"county:06075"}},
		}
	}
	busy := &directory.Past{Sent: 40, Acknowledged: 38, Accepted: 30, Settled: 25, Served: 22, MedianDaysToAccept: 1.6}
	slow := &directory.Past{Sent: 20, Acknowledged: 4, Accepted: 2}
	var out []referrals.Match
	for _, m := range directory.Rank(seeker, "food-insecurity", []directory.Candidate{
		in("s1", "Women and children. Low income. Proof of income is needed.", busy), in("s2", "Children ages 5 to 12", slow),
		in("s3", "Veterans, seniors", nil), in("s4", "Open to all", nil),
	}, sampleNow) {
		out = append(out, referrals.Match{Match: m, AcceptsReferrals: m.Service.ID != "s3"})
	}
	return out
}

func sampleMatches(p Page) MatchesView {
	v := MatchesView{
		Page: p, Name: "Maria Santos", Leave: "/patients/p1", Need: "Food", Search: "/directory?need=food-insecurity&zip=94109", Tell: "/patients/p1/edit#situation",
		Choice: matchChoice(p.Locale, "p1", "n3", "", sampleMatchList()),
	}
	v.take(directory.Shortlist{Services: []string{v.Choice.Matches[0].ID}})
	return v
}

func sampleConsent() referrals.Consent {
	return referrals.Consent{
		Meta: docstore.Meta{ID: "c1", Version: 1}, PatientID: "p1", Recipients: referrals.Recipients{OrganizationIDs: []string{"bank"}},
		Needs: []string{"food-insecurity"}, Fields: consentFields[:4], Method: referrals.Verbal, Signer: referrals.Signer{Name: "Maria Santos", Relationship: "self"},
		Language: "es", TextVersion: consenttext.Latest, GivenByName: "Rosa Vega", Status: referrals.ConsentActive, GivenAt: sampleNow.AddDate(0, 0, -9), ExpiresOn: "2026-12-31",
	}
}

// sampleReferring is a need about to be referred; private is one about violence.
func sampleReferring(p Page, private bool) refer {
	r := refer{
		page: p, theirs: sampleTheirs(p), patient: patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos", BirthDate: "1987-04-30", Part2: private},
		need: screening.Need{Meta: docstore.Meta{ID: "n3"}, PatientID: "p1", Topic: "food", Domain: "food-insecurity"}, title: "Food",
		services: []ReferService{{ID: "s1", Name: "Food pantry", Organization: "Harbor Food Bank", OrganizationID: "bank"}},
		agencies: map[string]string{"bank": "Harbor Food Bank"}, consents: []referrals.Consent{sampleConsent()},
	}
	if private {
		r.need.Topic, r.need.Domain, r.need.Private, r.title, r.consents = "safety", "intimate-partner-violence", true, "Private topic", nil
		r.services = append(r.services, ReferService{ID: "s2", Name: "Safe house", Organization: "Harbor House", OrganizationID: "house"})
	}
	return r
}

func sampleRefusal() error {
	var wrong fault.Fields
	wrong.Add("signer.name", "Write the name of the person who gave consent.")
	wrong.Add("fields", "Choose what may be shared.")
	wrong.Add("expiresOn", "The last day has already passed.")
	return wrong.Err()
}

func sampleRefer(p Page, private bool, err error) ReferView {
	r := sampleReferring(p, private)
	f := r.begin(p.form().With(onceField, "k").With("priority", "routine"))
	if err != nil {
		f.refuse(&r.page, err, referAlias)
	}
	return referView(r, f)
}

func sampleReferReview(p Page) ReferView {
	r := sampleReferring(p, false)
	f := r.begin(p.form().With("priority", "urgent").With("note", "Mornings are best.")).With("consent", newConsent)
	return reviewView(r, f)
}

// sampleReferral is a referral in that status, as its own side sees it.
func sampleReferral(status referrals.Status) referrals.View {
	v := referrals.View{
		ID: "r1", Status: status, Label: status.Label(), Version: 3, ServiceName: "Food pantry", OrganizationID: "bank", OrganizationName: "Harbor Food Bank",
		SenderOrganization: referrals.Ref{ID: "clinic", Name: "Ridgeline Community Health"}, Worker: referrals.Ref{ID: "u1", Name: "Rosa Vega"},
		Patient: &referrals.PatientView{ID: "p1", GivenName: "Maria", FamilyName: "Santos", BirthDate: "1987-04-30", Phone: "+14155550123",
			Languages: patients.Languages{Spoken: "es"}, Representatives: []patients.Representative{{Name: "Ana Santos", Relationship: "proxy"}}},
		Need: &referrals.NeedView{ID: "n3", Topic: "food", Domain: "food-insecurity", Answers: screening.Answers{"/88122-7": screening.Codes("LA28397-0")}},
		Note: "Mornings are best.", Priority: referrals.Urgent, Part2: true, Expected: referrals.Expected(status), CreatedAt: sampleNow.AddDate(0, 0, -6),
		History: []referrals.Step{
			{At: sampleNow.AddDate(0, 0, -6), By: "Rosa Vega", Party: referrals.Sender, To: referrals.Requested},
			{At: sampleNow.AddDate(0, 0, -5), By: "Tom Harris", Party: referrals.Agency, To: status, Reason: "no-capacity", Note: "Sorry, we are full."},
		},
		CanMessage: true,
	}
	if status != referrals.Withdrawn {
		v.Turn = &referrals.Turn{Party: referrals.Agency, Due: sampleNow.Add(-26 * time.Hour)}
		v.Overdue = true
	}
	return v
}

func sampleReferralPage(p Page, status referrals.Status) ReferralView {
	r := sampleReferral(status)
	f := p.form().With(onceField, "k")
	switch status {
	case referrals.Accepted:
		r.Moves = []referrals.MoveOption{
			{To: referrals.InProgress, Label: "Start"}, {To: referrals.Completed, Label: "Complete", Outcomes: referrals.Outcomes()},
			{To: referrals.Failed, Label: "Could not be done", Reasons: referrals.Reasons(referrals.Failed)},
		}
		f = f.With("to", "completed")
		var wrong fault.Fields
		wrong.Add("outcome", "Say how it ended.")
		f.refuse(&p, wrong.Err(), map[string]string{"outcome": moveField("completed", "outcome")})
	case referrals.Completed:
		r.Turn.Party, r.CanConfirm, r.Outcome, r.OutcomeText, r.Next = referrals.Sender, true, "received-service", "The person got the service", "Ask the person whether the need is met."
		r.Tries = []referrals.Try{{At: sampleNow.AddDate(0, 0, -1), Note: "No answer."}}
		r.Escalation = &referrals.Escalation{At: sampleNow}
		r.Moves = []referrals.MoveOption{{To: referrals.EnteredInError, Label: "Entered by mistake"}}
	case referrals.Rejected:
		r.Turn.Party, r.CanConfirm, r.Reason = referrals.Sender, true, "no-capacity"
	case referrals.Withdrawn:
		r.Patient, r.Need, r.Note, r.History, r.Withheld, r.Settled, r.As = nil, nil, "", nil, "consent-ended", true, referrals.SettledNeedClosed
	}
	v := referralView(p, f, r, sampleTopic)
	if library, err := screening.Shipped(); err == nil {
		v.Answers = neededAnswers(p.Locale, r, sampleTopic, library)
	}
	if status == referrals.Rejected {
		next := matchChoice(p.Locale, "p1", "n3", "r1", sampleMatchList())
		v.Next = &next
	}
	if v.Supervise {
		v.Workers = userOptions([]accounts.User{{Meta: docstore.Meta{ID: "u1"}, Name: "Rosa Vega"}})
	}
	v.Talk = sampleTalk(p, r)
	return v
}

func sampleList(p Page) ReferralsView {
	box, ours := boxOf(p)
	v := ReferralsView{Page: p, Inbox: box == referrals.Inbox, Lead: "By due time", Tabs: []Tab{{Label: "Our turn", Href: "/referrals", Count: 3, Current: true}, {Label: "All", Href: "/referrals?tab=all", Count: 9}}}
	mine := sampleReferral(referrals.Requested)
	mine.Moves = []referrals.MoveOption{{To: referrals.Acknowledged, Label: "Acknowledge"}}
	declined := sampleReferral(referrals.Rejected)
	declined.Turn = &referrals.Turn{Party: referrals.Sender, Due: sampleNow.Add(time.Hour)}
	settled := sampleReferral(referrals.Completed)
	settled.Turn, settled.Settled, settled.Patient = nil, true, nil
	for _, r := range []referrals.View{mine, declined, settled} {
		v.Rows = append(v.Rows, referralListRow(p.Locale, r, ours, sampleTopic))
	}
	v.Pager = listPager(p.Locale, "/referrals?tab=ours", "c", docstore.Page[referrals.View]{Items: []referrals.View{mine}, Next: "n"}, "referrals.shown")
	return v
}

func sampleConsentPage(p Page) ConsentView {
	v := consentView(p, p.form(), patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos"}, sampleConsent(), map[string]string{"bank": "Harbor Food Bank"})
	v.Ends = []LinkRow{referralRow(p.Locale, sampleReferral(referrals.Accepted), sampleTopic)}
	v.Shared = shareRows(p.Locale, []referrals.Share{
		{ReferralID: "r1", Agency: referrals.Ref{ID: "bank", Name: "Harbor Food Bank"}, SentAt: sampleNow.AddDate(0, 0, -8), Fields: consentFields[:4], Times: 3, LastSeen: sampleNow},
		{ReferralID: "r2", Agency: referrals.Ref{ID: "meals", Name: "Meals to You"}, SentAt: sampleNow.AddDate(0, 0, -1), Fields: consentFields[2:3]},
	})
	return v
}

func sampleListing(p Page) ListingView {
	doc := directory.ServiceDoc{Meta: docstore.Meta{ID: "s1", Version: 2}, Service: directory.Service{Name: "Food pantry", Status: directory.Active}}
	doc.Capacity = directory.Capacity{Status: directory.CapacityOpen, UpdatedAt: sampleNow}
	closed := directory.ServiceDoc{Meta: docstore.Meta{ID: "s2"}, Service: directory.Service{Name: "Meals", Status: directory.Inactive}}
	return ListingView{Page: p, Form: p.form(), Services: []ListingRow{listingRow(p.Locale, doc), listingRow(p.Locale, closed)}, Pager: Pager{Status: "2 services"}}
}

func sampleAddService(p Page, wrong bool) AddServiceView {
	bank := accounts.Organization{Meta: docstore.Meta{ID: "bank"}, Name: "Harbor Food Bank", TimeZone: "America/Los_Angeles"}
	f := p.form().With(onceField, "k").With("place", placeStreet).With("area", areaCounty).With("languages", "en", "es")
	if wrong {
		f = f.With("needs", "food-insecurity").With(hoursField(1), "09:00")
		_, _, err := serviceFrom(f, bank)
		f.refuse(&p, err, nil)
	}
	return addServiceView(p, f, bank)
}

func sampleOrganizations(p Page) OrganizationsView {
	v := OrganizationsView{Page: p, Form: p.form().With("kind", "agency").With("timeZone", "America/Chicago"), Zones: zoneOptions(p.Locale)}
	for _, kind := range kinds {
		v.Choose = append(v.Choose, Option{Value: string(kind), Label: p.T("kind." + string(kind)), Hint: p.T("kind-hint." + string(kind))})
	}
	v.Kinds = []OrganizationKind{
		organizationKind(p.Locale, accounts.Care, nil),
		organizationKind(p.Locale, accounts.Agency, []accounts.Organization{{Meta: docstore.Meta{ID: "bank"}, Name: "Harbor Food Bank", Email: "hello@food.example.org"}}),
	}
	return v
}

func sampleUsers(p Page) UsersView {
	bank := accounts.Organization{Meta: docstore.Meta{ID: "bank"}, Name: "Harbor Food Bank", Kind: accounts.Agency}
	works := []accounts.Membership{{OrganizationID: "bank", Role: identity.AgencyStaff}}
	v := usersView(p, p.form().With("email", "x"), bank, []accounts.User{
		{Meta: docstore.Meta{ID: "u1"}, Name: "Rosa Vega", Email: "rosa@example.org", Memberships: works},
		{Meta: docstore.Meta{ID: "u2"}, Name: "Tom Harris", Email: "tom@example.org", Memberships: works},
		{Meta: docstore.Meta{ID: "u3"}, Name: "Kit Doe", Email: "kit@example.org", Memberships: works, Disabled: true},
	})
	v.Organizations = []Option{{Value: "bank", Label: "Harbor Food Bank"}}
	return v
}
