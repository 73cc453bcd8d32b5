package server

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/server/api"
	"github.com/havenloop/havenloop/server/fhir"
	"github.com/havenloop/havenloop/server/hsds"
)

// Route is one address with who may use it.
type Route struct {
	Method, Path string
	// Permission is what the actor's role must hold. Handlers call services
	// that check it again, and the rules of the single record.
	Permission identity.Permission
	Handler    echo.HandlerFunc
}

const (
	get   = http.MethodGet
	post  = http.MethodPost
	patch = http.MethodPatch
)

// CheckRoutes refuses a table with a route that declares no permission, or one
// that nobody knows.
func CheckRoutes(routes []Route) error {
	for _, r := range routes {
		if !slices.Contains(identity.Permissions(), r.Permission) {
			return fmt.Errorf("route %s %s declares no known permission", r.Method, r.Path)
		}
	}
	return nil
}

// Routes is every address that the server answers.
func (s *Server) Routes() []Route {
	a := api.New(api.Services{
		Network: s.rooms.Network, Patients: s.rooms.Patients, Screening: s.rooms.Screening, Self: s.rooms.Self,
		Directory: s.rooms.Directory, Referrals: s.rooms.Referrals, Figures: s.rooms.Figures, Visits: s.rooms.Visits,
		Now: s.opts.Now,
	})
	h := hsds.New(s.rooms.Directory, s.opts.BaseURL, s.opts.Now)
	f := fhir.New(fhir.Services{Screening: s.rooms.Screening, Referrals: s.rooms.Referrals, Patients: s.rooms.Patients}, s.opts.BaseURL)
	w := s.web
	return []Route{
		// The machine.
		{get, "/healthz", identity.Public, s.healthz},
		{get, "/readyz", identity.Public, s.readyz},
		{get, "/metrics", identity.OwnToken, s.showMetrics},
		{post, "/control/run", identity.OwnToken, s.control},

		// API.
		{get, "/api/openapi.json", identity.Public, a.ServeOpenAPI},
		{post, "/api/v1/auth/login", identity.Public, s.auth.Login},
		{post, "/api/v1/auth/refresh", identity.Public, s.auth.Refresh},
		{post, "/api/v1/auth/logout", identity.SignedIn, s.auth.Logout},
		{get, "/api/v1/me", identity.SignedIn, s.auth.Me},
		{post, "/api/v1/patients", identity.PatientsWrite, a.CreatePatient},
		{post, "/api/v1/patients/search", identity.PatientsRead, a.SearchPatients},
		{get, "/api/v1/patients/:id", identity.PatientsRead, a.GetPatient},
		{get, "/api/v1/patients/:id/needs", identity.ScreeningsRead, a.PatientNeeds},
		{get, "/api/v1/patients/:id/consents", identity.ConsentsRead, a.PatientConsents},
		{get, "/api/v1/patients/:id/referrals", identity.PatientsRead, a.PatientReferrals},
		{get, "/api/v1/patients/:id/matches", identity.ReferralsSend, a.PatientMatches},
		{post, "/api/v1/patients/:id/links", identity.ScreeningsWrite, a.CreateLink},
		{get, "/api/v1/patients/:id/links", identity.ScreeningsRead, a.PatientLinks},
		{post, "/api/v1/links/:id/withdraw", identity.ScreeningsWrite, a.WithdrawLink},
		{get, "/api/v1/instruments", identity.InstrumentsRead, a.ListInstruments},
		{get, "/api/v1/instruments/:id", identity.InstrumentsRead, a.GetInstrument},
		{post, "/api/v1/instruments", identity.InstrumentsWrite, a.ImportInstrument},
		{patch, "/api/v1/instruments/:id", identity.InstrumentsWrite, a.PatchInstrument},
		{get, "/api/v1/instruments/:id/rules", identity.InstrumentsRead, a.GetRules},
		{post, "/api/v1/screenings", identity.ScreeningsWrite, a.CreateScreening},
		{get, "/api/v1/screenings/:id", identity.ScreeningsRead, a.GetScreening},
		{get, "/api/v1/rescreenings", identity.ScreeningsRead, a.ListRescreenings},
		{get, "/api/v1/patients/:id/rescreening", identity.ScreeningsRead, a.GetRescreening},
		{patch, "/api/v1/patients/:id/rescreening", identity.ScreeningsWrite, a.PatchRescreening},
		{get, "/api/v1/network/settings", identity.SignedIn, a.GetNetwork},
		{patch, "/api/v1/network/settings", identity.NetworkManage, a.PatchNetwork},
		{get, "/api/v1/needs/:id", identity.ScreeningsRead, a.GetNeed},
		{patch, "/api/v1/needs/:id", identity.ScreeningsWrite, a.PatchNeed},
		{get, "/api/v1/services", identity.DirectoryRead, a.SearchServices},
		{get, "/api/v1/services/:id", identity.DirectoryRead, a.GetService},
		{patch, "/api/v1/services/:id/capacity", identity.DirectoryWrite, a.PatchCapacity},
		{post, "/api/v1/services/:id/verification", identity.DirectoryWrite, a.VerifyService},
		{post, "/api/v1/services/:id/reports", identity.DirectoryRead, a.ReportMistake},
		{post, "/api/v1/consents", identity.ConsentsWrite, a.CreateConsent},
		{post, "/api/v1/consents/:id/revoke", identity.ConsentsWrite, a.RevokeConsent},
		{get, "/api/v1/figures", identity.FiguresRead, a.ShowFigures},
		{get, "/api/v1/figures/odds", identity.ReferralsSend, a.ShowOdds},
		{get, "/api/v1/consents/:id/shared", identity.ConsentsRead, a.ConsentShared},
		{post, "/api/v1/referrals", identity.ReferralsSend, a.CreateReferral},
		{get, "/api/v1/referrals", identity.ReferralsRead, a.ListReferrals},
		{get, "/api/v1/referrals/counts", identity.ReferralsRead, a.CountReferrals},
		{post, "/api/v1/referrals/bulk", identity.ReferralsRead, a.MoveReferrals},
		{get, "/api/v1/referrals/csv", identity.ReferralsRead, a.ExportReferrals},
		{post, "/api/v1/referrals/csv", identity.ReferralsAnswer, a.ImportReferrals},
		{get, "/api/v1/referrals/codes", identity.ReferralsRead, a.ListCodes},
		{post, "/api/v1/referrals/check", identity.ReferralsSend, a.CheckReferral},
		{post, "/api/v1/referrals/handover", identity.Escalations, a.HandOver},
		{get, "/api/v1/referrals/:id/attempts", identity.ReferralsRead, a.ListAttempts},
		{post, "/api/v1/referrals/:id/attempts", identity.ReferralsRead, a.CreateAttempt}, // the service says who
		{post, "/api/v1/referrals/:id/forward", identity.ReferralsAnswer, a.ForwardReferral},
		{get, "/api/v1/tasks", identity.ReferralsSend, a.ListTasks},
		{get, "/api/v1/tasks/:id", identity.ReferralsSend, a.GetTask},
		{post, "/api/v1/tasks/:id/answer", identity.ReferralsSend, a.AnswerTask},
		{post, "/api/v1/tasks/:id/done", identity.ReferralsSend, a.FinishTask},
		{get, "/api/v1/referrals/:id", identity.ReferralsRead, a.GetReferral},
		{post, "/api/v1/referrals/:id/moves", identity.ReferralsRead, a.MoveReferral}, // either party; the lifecycle says who
		{get, "/api/v1/referrals/:id/messages", identity.ReferralsRead, a.ListMessages},
		{post, "/api/v1/referrals/:id/messages", identity.ReferralsRead, a.CreateMessage},
		{get, "/api/v1/referrals/unread", identity.ReferralsRead, a.Unread},
		{get, "/api/v1/referrals/:id/notes", identity.ReferralsRead, a.ListNotes},
		{post, "/api/v1/referrals/:id/notes", identity.ReferralsRead, a.CreateNote},
		{get, "/api/v1/referrals/:id/colleagues", identity.ReferralsRead, a.ListColleagues},
		{post, filesAPI, identity.ReferralsRead, a.CreateFile},
		{get, "/api/v1/referrals/:id/files/:file", identity.ReferralsRead, a.GetFile},
		{post, "/api/v1/referrals/:id/confirmations", identity.ReferralsSend, a.ConfirmReferral},
		{post, "/api/v1/visits", identity.ReferralsSend, a.CreateVisit},
		{get, "/api/v1/visits", identity.ReferralsSend, a.ListVisits},
		{get, "/api/v1/visits/:id", identity.ReferralsSend, a.GetVisit},
		{patch, "/api/v1/visits/:id", identity.ReferralsSend, a.ChangeVisit},
		{post, "/api/v1/visits/:id/setaside", identity.ReferralsSend, a.SetVisitAside},
		{post, "/api/v1/visits/:id/takeup", identity.ReferralsSend, a.TakeVisitUp},
		{post, "/api/v1/visits/:id/passon", identity.ReferralsSend, a.PassVisitOn},

		// HSDS 3.2.3: public data of the directory.
		{get, "/hsds", identity.Public, h.Base},
		{get, "/hsds/", identity.Public, h.Base},
		{get, "/hsds/openapi.json", identity.Public, h.ServeOpenAPI},
		{get, "/hsds/profile", identity.Public, h.Profile},
		{get, "/hsds/services", identity.Public, h.Services},
		{post, "/hsds/services", identity.Public, h.Services}, // POST on lists are queries
		{get, "/hsds/services/:id", identity.Public, h.Service},
		{get, "/hsds/organizations", identity.Public, h.Organizations},
		{post, "/hsds/organizations", identity.Public, h.Organizations},
		{get, "/hsds/organizations/:id", identity.Public, h.Organization},
		{get, "/hsds/service_at_locations", identity.Public, h.ServiceAtLocations},
		{post, "/hsds/service_at_locations", identity.Public, h.ServiceAtLocations},
		{get, "/hsds/service_at_locations/:id", identity.Public, h.ServiceAtLocation},
		{get, "/hsds/taxonomies", identity.Public, h.Taxonomies},
		{post, "/hsds/taxonomies", identity.Public, h.Taxonomies},
		{get, "/hsds/taxonomies/:id", identity.Public, h.Taxonomy},
		{get, "/hsds/taxonomy_terms", identity.Public, h.TaxonomyTerms},
		{post, "/hsds/taxonomy_terms", identity.Public, h.TaxonomyTerms},
		{get, "/hsds/taxonomy_terms/:id", identity.Public, h.TaxonomyTerm},
		{get, "/hsds/locations", identity.Public, h.Locations},
		{post, "/hsds/locations", identity.Public, h.Locations},
		{get, "/hsds/locations/:id", identity.Public, h.Location},
		{get, "/hsds/tombstones", identity.Public, h.Tombstones},
		{post, "/hsds/tombstones", identity.Public, h.Tombstones},

		// FHIR R4: SDOH Clinical Care.
		{get, "/fhir/metadata", identity.Public, f.Metadata},
		{get, "/fhir/Questionnaire", identity.InstrumentsRead, f.Questionnaires},
		{get, "/fhir/Questionnaire/:id", identity.InstrumentsRead, f.Questionnaire},
		{get, "/fhir/QuestionnaireResponse/:id", identity.ScreeningsRead, f.QuestionnaireResponse},
		{get, "/fhir/Task", identity.ReferralsRead, f.Tasks},
		{get, "/fhir/Task/:id", identity.ReferralsRead, f.Task},
		{get, "/fhir/ServiceRequest/:id", identity.ReferralsRead, f.ServiceRequest},

		// Pages.
		{get, "/static/*", identity.Public, w.Static},
		{get, "/sw.js", identity.Public, w.ServiceWorker},
		{get, "/manifest.webmanifest", identity.Public, w.Manifest},
		{get, "/offline", identity.Public, w.OfflinePage}, // kept on the device; holds no personal data
		{get, "/signin", identity.Public, w.SignInPage},
		{post, "/signin", identity.Public, w.SignIn},
		{post, "/signout", identity.Public, w.SignOut},
		{get, "/language", identity.Public, w.LanguageAgain},
		{post, "/language", identity.Public, w.SetLanguage},
		{get, "/setup", identity.Public, w.SetupPage},
		{post, "/setup", identity.Public, w.Setup},

		// Pages for patients, by the session of their link alone.
		{get, "/s", identity.Public, w.SelfStart},
		{post, "/s", identity.Public, w.SelfEnter},
		{get, "/s/pin", identity.Public, w.SelfPIN},
		{post, "/s/pin", identity.Public, w.SelfUnlock},
		{get, "/s/text", identity.Public, w.SelfAgain},
		{post, "/s/text", identity.Public, w.SelfSendCode},
		{get, "/s/start", identity.SelfScreen, w.SelfIntro},
		{post, "/s/start", identity.SelfScreen, w.SelfBegin},
		{get, "/s/language", identity.Public, w.SelfAgain},
		{post, "/s/language", identity.SelfScreen, w.SelfLanguage},
		{get, "/s/who", identity.SelfScreen, w.SelfWho},
		{post, "/s/who", identity.SelfScreen, w.SelfSaveWho},
		{get, "/s/questions/:n", identity.SelfScreen, w.SelfQuestion},
		{post, "/s/questions/:n", identity.SelfScreen, w.SelfSaveAnswer},
		{get, "/s/review", identity.SelfScreen, w.SelfReview},
		{post, "/s/review", identity.SelfScreen, w.SelfSend},
		{get, "/s/help", identity.SelfScreen, w.SelfHelp},
		{post, "/s/help", identity.SelfScreen, w.SelfWant},
		{get, "/s/thanks", identity.SelfScreen, w.SelfThanks},
		{get, "/s/lines", identity.Public, w.SelfLines},
		{get, "/s/leave", identity.Public, w.SelfAgain},
		{post, "/s/leave", identity.Public, w.SelfLeave},
		{get, "/s/forget", identity.Public, w.SelfForget},
		{get, "/kiosk/end", identity.Public, w.KioskEndPage},
		{post, "/kiosk/end", identity.Public, w.EndKiosk},

		// Pages for agencies without an account, by the session of their link alone.
		{get, "/a", identity.Public, w.GuestStart},
		{post, "/a", identity.Public, w.GuestEnter},
		{get, "/a/code", identity.Public, w.GuestCode},
		{post, "/a/code", identity.Public, w.GuestUnlock},
		{get, "/a/send", identity.Public, w.GuestCode},
		{post, "/a/send", identity.Public, w.GuestSendCode},
		{get, "/a/referral", identity.GuestAnswer, w.GuestReferral},
		{get, "/a/moves", identity.GuestAnswer, w.GuestAgain},
		{post, "/a/moves", identity.GuestAnswer, w.GuestMove},
		{get, "/a/join", identity.GuestAnswer, w.GuestJoinPage},
		{post, "/a/join", identity.GuestAnswer, w.GuestJoin},
		{get, "/a/leave", identity.GuestAnswer, w.GuestAgain},
		{post, "/a/leave", identity.Public, w.GuestLeave},

		{get, "/", identity.SignedIn, w.Home},
		{get, "/notices/:id/read", identity.SignedIn, w.Home}, // a reload
		{get, "/preferences", identity.SignedIn, w.PreferencesPage},
		{post, "/preferences", identity.SignedIn, w.SavePreferences},
		{get, "/preferences/push", identity.SignedIn, w.PreferencesPage}, // a reload
		{post, "/preferences/push", identity.SignedIn, w.SubscribePush},
		{get, "/preferences/push/remove", identity.SignedIn, w.PreferencesPage}, // a reload
		{post, "/preferences/push/remove", identity.SignedIn, w.UnsubscribePush},
		{get, "/admin/webhooks", identity.WebhooksManage, w.WebhooksPage},
		{post, "/admin/webhooks", identity.WebhooksManage, w.AddWebhook},
		{get, "/admin/webhooks/:id", identity.WebhooksManage, w.WebhookPage},
		{post, "/admin/webhooks/:id", identity.WebhooksManage, w.ChangeWebhook},
		{get, "/admin/notices", identity.NetworkManage, w.DeadPage},
		{post, "/admin/notices", identity.NetworkManage, w.RetryNotice},
		{post, "/notices/:id/read", identity.SignedIn, w.ReadNotice},
		{get, "/patients", identity.PatientsRead, w.PatientsPage},
		{get, "/patients/search", identity.PatientsRead, w.PatientsPage}, // a reload after a search
		{post, "/patients/search", identity.PatientsRead, w.SearchPatients},
		{get, "/patients/new", identity.PatientsWrite, w.NewPatient},
		{post, "/patients/new", identity.PatientsWrite, w.RegisterPatient},
		{get, "/patients/:id", identity.PatientsRead, w.PatientPage},
		{get, "/patients/:id/rescreening", identity.PatientsRead, w.PatientAgain},
		{post, "/patients/:id/rescreening", identity.ScreeningsWrite, w.ChangeRescreening},
		{get, "/patients/:id/needs/:need", identity.ScreeningsRead, w.NeedPage},
		{post, "/patients/:id/needs/:need", identity.ScreeningsWrite, w.ChangeNeed},
		{get, "/screenings/due", identity.ScreeningsRead, w.DuePage},
		{get, "/admin/network", identity.NetworkManage, w.NetworkPage},
		{post, "/admin/network", identity.NetworkManage, w.SaveNetwork},
		{get, "/patients/:id/edit", identity.PatientsWrite, w.EditPatient},
		{post, "/patients/:id/edit", identity.PatientsWrite, w.ChangePatient},
		{get, "/patients/:id/screenings/new", identity.ScreeningsWrite, w.NewScreening},
		{post, "/patients/:id/screenings/new", identity.ScreeningsWrite, w.StartScreening},
		{get, "/patients/:id/links/new", identity.ScreeningsWrite, w.NewLink},
		{post, "/patients/:id/links/new", identity.ScreeningsWrite, w.MakeLink},
		{get, "/patients/:id/links/:link", identity.ScreeningsWrite, w.LinkPage},
		{get, "/patients/:id/links/:link/withdraw", identity.ScreeningsWrite, w.LinkAgain},
		{post, "/patients/:id/links/:link/withdraw", identity.ScreeningsWrite, w.WithdrawLink},
		{get, "/patients/:id/links/:link/text", identity.ScreeningsWrite, w.LinkAgain},
		{post, "/patients/:id/links/:link/text", identity.ScreeningsWrite, w.TextLink},
		{get, "/kiosk", identity.ScreeningsWrite, w.KioskPage},
		{post, "/kiosk", identity.ScreeningsWrite, w.StartKiosk},
		{get, "/screenings/drafts/:id/questions/:n", identity.ScreeningsWrite, w.Question},
		{post, "/screenings/drafts/:id/questions/:n", identity.ScreeningsWrite, w.SaveAnswer},
		{get, "/screenings/drafts/:id/review", identity.ScreeningsWrite, w.Review},
		{post, "/screenings/drafts/:id/review", identity.ScreeningsWrite, w.CompleteScreening},
		{get, "/screenings/:id", identity.ScreeningsRead, w.ScreeningPage},
		{get, "/screenings/:id/needs", identity.ScreeningsRead, w.ScreeningPage}, // a reload after a refusal
		{post, "/screenings/:id/needs", identity.ScreeningsWrite, w.WantHelp},
		{get, "/directory", identity.DirectoryRead, w.DirectoryPage},
		{get, "/directory/how-matching-works", identity.DirectoryRead, w.HowMatchingWorks},
		{get, "/directory/suggest", identity.DirectoryRead, w.SuggestServices},
		{get, "/directory/services/:id", identity.DirectoryRead, w.ServicePage},
		{get, "/shortlist", identity.DirectoryRead, w.ShortlistPage},
		{post, "/shortlist", identity.DirectoryRead, w.ChangeShortlist},
		{get, "/patients/:id/needs/:need/matches", identity.ReferralsSend, w.MatchesPage},
		{get, "/patients/:id/needs/:need/refer", identity.ReferralsSend, w.ReferPage},
		{post, "/patients/:id/needs/:need/refer", identity.ReferralsSend, w.SendReferral},
		{get, "/patients/:id/access", identity.PatientsRead, w.AccessPage},
		{get, "/patients/:id/consents/:consent", identity.ConsentsRead, w.ConsentPage},
		{get, signedPagePath, identity.ConsentsRead, w.SignedPage},
		{post, signedPagePath, identity.ConsentsWrite, w.AddSignedPage},
		{get, "/patients/:id/consents/:consent/revoke", identity.ConsentsRead, w.ConsentPage}, // a reload after a refusal
		{post, "/patients/:id/consents/:consent/revoke", identity.ConsentsWrite, w.RevokeConsent},
		{get, "/referrals", identity.ReferralsRead, w.ReferralsPage},
		{get, "/referrals/bulk", identity.ReferralsAnswer, w.BulkAgain},
		{post, "/referrals/bulk", identity.ReferralsAnswer, w.MoveSeveral},
		{get, "/referrals/file", identity.ReferralsAnswer, w.InboxFile},
		{post, "/referrals/file", identity.ReferralsAnswer, w.ImportInbox},
		{get, "/referrals/export.csv", identity.ReferralsAnswer, w.ExportInbox},
		{get, "/referrals/:id", identity.ReferralsRead, w.ReferralPage},
		{get, "/referrals/:id/moves", identity.ReferralsRead, w.ReferralAgain},
		{post, "/referrals/:id/moves", identity.ReferralsRead, w.MoveReferral}, // either party; the lifecycle says who
		{get, messagesPath, identity.ReferralsRead, w.ReferralAgain},
		{post, messagesPath, identity.ReferralsRead, w.AddMessage},
		{get, "/referrals/:id/notes", identity.ReferralsRead, w.ReferralAgain},
		{post, "/referrals/:id/notes", identity.ReferralsRead, w.AddNote},
		{get, "/referrals/:id/files/:file", identity.ReferralsRead, w.ReferralFile},
		{get, "/referrals/:id/confirmations", identity.ReferralsRead, w.ReferralAgain},
		{post, "/referrals/:id/confirmations", identity.ReferralsSend, w.ConfirmReferral},
		{get, "/referrals/:id/link", identity.ReferralsRead, w.ReferralAgain},
		{post, "/referrals/:id/link", identity.ReferralsSend, w.ChangeGuestLink},
		{get, "/referrals/:id/escalation", identity.ReferralsRead, w.ReferralAgain},
		{post, "/referrals/:id/escalation", identity.Escalations, w.ResolveEscalation},
		{get, "/referrals/:id/worker", identity.ReferralsRead, w.ReferralAgain},
		{post, "/referrals/:id/worker", identity.Escalations, w.ReassignReferral},
		{get, "/escalations", identity.Escalations, w.EscalationsPage},
		{get, "/figures", identity.FiguresRead, w.FiguresPage},
		{get, "/figures/definitions", identity.FiguresRead, w.DefinitionsPage},
		{get, "/figures/export", identity.FiguresRead, w.ExportFigures},
		{get, "/live", identity.SignedIn, s.live},

		// What the offline app fetches and sends, under the session of the pages.
		{get, "/visits", identity.ReferralsSend, w.VisitsPage},
		{get, "/visits/:id", identity.ReferralsSend, w.VisitPage},
		{post, "/visits/:id", identity.ReferralsSend, w.SendVisitOn},
		{get, "/visits/key", identity.SignedIn, a.VisitKeys},
		{post, "/visits", identity.ReferralsSend, a.CreateVisit},
		{get, "/offline/day", identity.ReferralsSend, a.OfflineDay},
		{get, "/listing", identity.DirectoryWrite, w.ListingPage},
		{get, "/report/:id", identity.Public, w.ReportPage}, // no personal data is asked
		{post, "/report/:id", identity.Public, w.SendReport},
		{get, "/report/:id/thanks", identity.Public, w.ReportSent},
		{get, "/admin/verify", identity.DirectoryWrite, w.VerifyListPage},
		{get, "/admin/verify/:id", identity.DirectoryWrite, w.VerifyPage},
		{post, "/admin/verify/:id", identity.DirectoryWrite, w.SettleListing},
		{get, "/admin/proposals", identity.DirectoryWrite, w.ProposalsPage},
		{get, "/admin/proposals/:id", identity.DirectoryWrite, w.ProposalPage},
		{post, "/admin/proposals/:id", identity.NetworkManage, w.DecideProposal},
		{get, "/listing/:id", identity.DirectoryWrite, w.ListingServicePage},
		{get, "/listing/:id/verified", identity.DirectoryWrite, w.ListingServiceAgain},
		{post, "/listing/:id/verified", identity.DirectoryWrite, w.VerifyListing},
		{get, "/listing/:id/room", identity.DirectoryWrite, w.RoomPage},
		{post, "/listing/:id/room", identity.DirectoryWrite, w.SaveRoom},
		{get, "/listing/:id/:section", identity.DirectoryWrite, w.EditListing},
		{post, "/listing/:id/:section", identity.DirectoryWrite, w.SaveListing},
		{get, "/listing/places/new", identity.DirectoryWrite, w.NewPlace},
		{post, "/listing/places/new", identity.DirectoryWrite, w.AddPlace},
		{get, "/listing/places/:id", identity.DirectoryWrite, w.EditPlace},
		{post, "/listing/places/:id", identity.DirectoryWrite, w.SavePlace},
		{get, "/listing/places/:id/:section", identity.DirectoryWrite, w.EditPlace},
		{post, "/listing/places/:id/:section", identity.DirectoryWrite, w.SavePlace},
		{get, "/listing/organizations/:id", identity.DirectoryWrite, w.EditAgency},
		{post, "/listing/organizations/:id", identity.DirectoryWrite, w.SaveAgency},
		{get, "/listing/new", identity.DirectoryWrite, w.NewService},
		{post, "/listing/new", identity.DirectoryWrite, w.AddService},
		{get, "/listing/:id/capacity", identity.DirectoryWrite, w.ListingAgain},
		{post, "/listing/:id/capacity", identity.DirectoryWrite, w.SetCapacity},
		{get, "/admin/organizations", identity.NetworkManage, w.OrganizationsPage},
		{post, "/admin/organizations", identity.NetworkManage, w.AddOrganization},
		{get, "/admin/users", identity.UsersManage, w.UsersPage},
		{post, "/admin/users", identity.UsersManage, w.AddUser},
		{get, "/admin/users/:id/disable", identity.UsersManage, w.UserAgain},
		{post, "/admin/users/:id/disable", identity.UsersManage, w.DisableUser},
		{get, "/admin/users/:id/password", identity.UsersManage, w.UserAgain},
		{post, "/admin/users/:id/password", identity.UsersManage, w.SetUserPassword},
		{get, "/admin/instruments", identity.InstrumentsWrite, w.InstrumentsPage},
		{get, "/admin/instruments/new", identity.InstrumentsWrite, w.NewInstrument},
		{post, "/admin/instruments/new", identity.InstrumentsWrite, w.AddInstrument},
		{get, "/admin/instruments/status", identity.InstrumentsWrite, w.InstrumentsAgain},
		{post, "/admin/instruments/status", identity.InstrumentsWrite, w.RetireInstrument},
		{get, importsPath, identity.NetworkManage, w.ImportsPage},
		{post, importsPath, identity.NetworkManage, w.StartImport},
		{get, "/admin/imports/:id", identity.NetworkManage, w.ImportPage},
		{post, "/admin/imports/:id", identity.NetworkManage, w.RepeatImport},
		{get, "/admin/imports/:id/report", identity.NetworkManage, w.ImportReport},
		{get, "/admin/duplicates", identity.NetworkManage, w.DuplicatesPage},
		{get, "/admin/duplicates/:id", identity.NetworkManage, w.DuplicatePage},
		{post, "/admin/duplicates/:id", identity.NetworkManage, w.DecideDuplicate},
		{get, "/admin/services", identity.NetworkManage, w.MappingPage},
		{get, "/admin/services/reindex", identity.NetworkManage, w.MappingAgain},
		{post, "/admin/services/reindex", identity.NetworkManage, w.Reindex},
		{get, "/admin/services/map", identity.NetworkManage, w.RulePage},
		{post, "/admin/services/map", identity.NetworkManage, w.SaveRule},
		{get, "/admin/services/map/remove", identity.NetworkManage, w.MappingAgain},
		{post, "/admin/services/map/remove", identity.NetworkManage, w.RemoveRule},
		{get, "/admin/words", identity.NetworkManage, w.SynonymsPage},
		{post, "/admin/words", identity.NetworkManage, w.SaveSynonyms},
		{get, "/admin/words/remove", identity.NetworkManage, w.SynonymsAgain},
		{post, "/admin/words/remove", identity.NetworkManage, w.RemoveSynonyms},
		{get, "/admin/words/switch", identity.NetworkManage, w.SynonymsAgain},
		{post, "/admin/words/switch", identity.NetworkManage, w.SwitchSynonyms},
		{get, "/admin/searches", identity.NetworkManage, w.SearchesPage},
		{get, "/admin/searches/aside", identity.NetworkManage, w.SearchesAgain},
		{post, "/admin/searches/aside", identity.NetworkManage, w.SetSearchAside},
	}
}
