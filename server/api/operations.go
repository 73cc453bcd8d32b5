package api

import (
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/figures"
	"github.com/havenloop/havenloop/referrals/joining"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

// operation describes one route of the API.
type operation struct {
	method, path, summary string
	public                bool // needs no access token
	query                 []parameter
	in                    any  // a value of the type of the body; nil for none
	optional              bool // the body may be left out
	status                int
	out                   any         // a value of the type of the answer, or oneOf; nil for none
	contentType           string      // of the answer; JSON when empty, text without out
	text                  string      // another media type of the body, sent as text
	also                  map[int]any // what other statuses answer with
	fileIn, fileOut       bool        // the body, or the answer, is a file
}

// parameter is one of the query's.
type parameter struct {
	name, kind, help string
	required         bool
	enum             []string
}

// oneOf are values of the types that an answer may have.
type oneOf []any

// items is the form of a list.
type items[T any] struct {
	Items []T `json:"items"`
}

type (
	loginInput struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	refreshInput struct {
		RefreshToken string `json:"refreshToken"`
	}
	tokens struct {
		AccessToken string `json:"accessToken"`
		// ExpiresIn is in seconds.
		ExpiresIn    int    `json:"expiresIn"`
		RefreshToken string `json:"refreshToken"`
	}
	me struct {
		ID               string `json:"id"`
		Name             string `json:"name"`
		Role             string `json:"role"`
		OrganizationID   string `json:"organizationId"`
		OrganizationName string `json:"organizationName"`
	}
)

// operations describes every route under /api/v1; a test holds it against the
// server's routes.
var operations = []operation{
	{method: http.MethodPost, path: "/auth/login", summary: "Sign in", public: true, in: loginInput{}, status: 200, out: tokens{}},
	{method: http.MethodPost, path: "/auth/refresh", summary: "Exchange a refresh token; it works once", public: true, in: refreshInput{}, status: 200, out: tokens{}},
	{method: http.MethodPost, path: "/auth/logout", summary: "Sign out: the tokens of this sign-in end", status: 204},
	{method: http.MethodGet, path: "/me", summary: "Who is signed in", status: 200, out: me{}},

	{method: http.MethodPost, path: "/patients", summary: "Register a patient", in: patientInput{}, status: 201, out: patients.Patient{},
		query: []parameter{{name: "confirmNew", kind: "boolean", help: "register although somebody alike is registered"}}},
	{method: http.MethodPost, path: "/patients/search", summary: "Find patients of the own organization", in: patientSearch{}, status: 200, out: items[patients.Patient]{}},
	{method: http.MethodGet, path: "/patients/:id", summary: "One patient", status: 200, out: patients.Patient{}},
	{method: http.MethodGet, path: "/patients/:id/needs", summary: "A patient's needs", status: 200, out: items[screening.Need]{}},
	{method: http.MethodGet, path: "/patients/:id/consents", summary: "A patient's consents", status: 200, out: items[referrals.Consent]{}},
	{method: http.MethodGet, path: "/patients/:id/referrals", summary: "A patient's referrals", status: 200, out: items[referrals.View]{}},
	{method: http.MethodGet, path: "/patients/:id/matches", summary: "Services for a need, best first, with reasons", status: 200, out: items[referrals.Match]{},
		query: []parameter{{name: "need", kind: "string", help: "id of the need", required: true}}},

	{method: http.MethodPost, path: "/patients/:id/links", summary: "Make a link with which the patient answers alone, or a code for a kiosk", in: linkInput{}, status: 201, out: linkView{}},
	{method: http.MethodGet, path: "/patients/:id/links", summary: "A patient's links, newest first", status: 200, out: items[linkView]{}},
	{method: http.MethodPost, path: "/links/:id/withdraw", summary: "End a link at once, also for who has opened it", status: 200, out: linkView{}},

	{method: http.MethodGet, path: "/instruments", summary: "The screening instruments", status: 200, out: items[screening.Info]{}},
	{method: http.MethodGet, path: "/instruments/:id", summary: "One instrument, as a FHIR R4 Questionnaire", status: 200, out: map[string]any{}, contentType: "application/fhir+json"},
	{method: http.MethodPost, path: "/instruments", summary: "Take in a questionnaire of the network's own; what is not supported is told item by item", in: instrumentInput{}, status: 200, out: screening.ImportReport{},
		query: []parameter{{name: "dryRun", kind: "boolean", help: "only say what would happen"}}},
	{method: http.MethodPatch, path: "/instruments/:id", summary: "Take a version out of use, or into use again", in: retireInput{}, status: 200, out: items[screening.InstrumentState]{}},
	{method: http.MethodGet, path: "/instruments/:id/rules", summary: "The rules of one instrument, as they are kept; empty where it has none", status: 200, out: map[string]any{}},
	{method: http.MethodPost, path: "/screenings", summary: "Answer an instrument", in: screeningInput{}, status: 201, out: screened{}},
	{method: http.MethodGet, path: "/screenings/:id", summary: "One screening, with what changed since earlier ones", status: 200, out: compared{}},
	{method: http.MethodGet, path: "/needs/:id", summary: "One need, with its history", status: 200, out: screening.Need{}},
	{method: http.MethodPatch, path: "/needs/:id", summary: "Say whether help is wanted, change the status, or keep a need that a screening proposes to close", in: needInput{}, status: 200, out: screening.Need{}},
	{method: http.MethodPost, path: "/needs/:id/parts", summary: "Split a part off a need, to be a need of its own", in: splitInput{}, status: 201, out: screening.Need{}},

	{method: http.MethodGet, path: "/rescreenings", summary: "Who is due for screening, the longest first", status: 200, out: docstore.Page[rescreening]{}, query: []parameter{
		{name: "mine", kind: "boolean", help: "only the own patients"},
		{name: "cursor", kind: "string", help: "next of the page before"}, {name: "limit", kind: "integer", help: "at most 100"},
	}},
	{method: http.MethodGet, path: "/patients/:id/rescreening", summary: "When a patient is to be screened again, and why", status: 200, out: rescreening{}},
	{method: http.MethodPatch, path: "/patients/:id/rescreening", summary: "Note a discharge, or put the next screening off; empty values take it back", in: rescreeningInput{}, status: 200, out: rescreening{}},

	{method: http.MethodGet, path: "/network/settings", summary: "What the network decided for all", status: 200, out: network.Settings{}},
	{method: http.MethodPatch, path: "/network/settings", summary: "Change the settings that are named", in: networkInput{}, status: 200, out: network.Settings{}},

	{method: http.MethodGet, path: "/services", summary: "Search the directory", status: 200, out: directory.SearchPage{}, query: []parameter{
		{name: "q", kind: "string", help: "words; typos are forgiven"},
		{name: "need", kind: "string", help: "need domain; may be repeated"},
		{name: "lat", kind: "number", help: "where the person is, degrees"}, {name: "lng", kind: "number", help: "where the person is, degrees"},
		{name: "radiusKm", kind: "number", help: "how far a service may be, in kilometers"},
		{name: "postalCode", kind: "string", help: "ZIP code of the person"},
		{name: "language", kind: "string", help: "language tag or ISO 639 code; may be repeated"},
		{name: "openNow", kind: "boolean", help: "surely open now; at most one of openNow, openAt and openOn"},
		{name: "openAt", kind: "string", help: "surely open at that instant (RFC 3339), within the next seven days"},
		{name: "openOn", kind: "string", help: "surely open at some time of that day of the week, the next one", enum: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}},
		{name: "openPart", kind: "string", help: "of that part of the day of openOn: morning 6 to 11, midday to 14, afternoon to 17, evening to 21, night to 6", enum: []string{"morning", "midday", "afternoon", "evening", "night"}},
		{name: "timeZone", kind: "string", help: "IANA zone in which openOn is told, where the ZIP code does not tell it"},
		{name: "hoursUnknown", kind: "boolean", help: "instead those of which it is not known whether they are open then"},
		{name: "accessibility", kind: "string", help: "as the facet tells them; may be repeated"},
		{name: "capacity", kind: "string", help: "open, waitlist, full or unknown; may be repeated"},
		{name: "free", kind: "boolean", help: "free of cost"},
		{name: "age", kind: "number", help: "years; services for other ages are left out"},
		{name: "sort", kind: "string", help: "default: what fits best", enum: []string{"distance", "name"}},
		{name: "page", kind: "integer", help: "from 1"}, {name: "perPage", kind: "integer", help: "at most 100"},
	}},
	{method: http.MethodGet, path: "/services/:id", summary: "One service", status: 200, out: directory.ServiceDetail{}},

	{method: http.MethodPatch, path: "/services/:id/capacity", summary: "Say how much room a service has: a status, numbers, or both; it takes effect at once", in: directory.CapacityInput{}, status: 200, out: directory.ServiceDetail{}},
	{method: http.MethodPost, path: "/services/:id/verification", summary: "Say that everything in a listing is still right, and how one made sure", in: verificationInput{}, status: 200, out: directory.ServiceDetail{}},
	{method: http.MethodPost, path: "/services/:id/reports", summary: "Report a mistake in a listing", in: directory.Report{}, status: 204},

	{method: http.MethodPost, path: "/consents", summary: "Record a consent", in: consentInput{}, status: 201, out: referrals.Consent{}},
	{method: http.MethodGet, path: "/consents/:id/shared", summary: "What agencies got under a consent, also when it has ended", status: 200, out: items[referrals.Share]{}},
	{method: http.MethodPost, path: "/consents/:id/revoke", summary: "End a consent; with the version seen, only that one", in: revokeInput{}, optional: true, status: 200, out: referrals.Consent{}},
	{method: http.MethodGet, path: "/figures", summary: "What became of referrals, of the own organization or of the network; nothing of fewer than 11 people", status: 200, out: figures.Report{}, query: []parameter{
		{name: "by", kind: "string", help: "told apart by; default need", enum: []string{"need", "agency", "zip", "language", "period", "reason"}},
		{name: "period", kind: "string", help: "the quarter in which they were sent, for example 2026-Q1"},
		{name: "need", kind: "string", help: "need domain; at most one of need, agency, zip and language"},
		{name: "agency", kind: "string", help: "id of the organization"},
		{name: "zip", kind: "string", help: "ZIP code of the person"}, {name: "language", kind: "string", help: "language tag of the person"},
	}},
	{method: http.MethodGet, path: "/figures/odds", summary: "How many referrals for a need got the service, and how soon, near a ZIP code", status: 200, out: figures.Odds{}, query: []parameter{
		{name: "need", kind: "string", help: "need domain", required: true}, {name: "zip", kind: "string", help: "ZIP code of the person"},
	}},

	{method: http.MethodPost, path: "/referrals", summary: "Refer a need to an agency, or to several at once", in: referralInput{}, status: 201, out: oneOf{referrals.View{}, referrals.RequestView{}}},
	{method: http.MethodGet, path: "/referrals", summary: "The inbox of an agency or what a care organization sent, by due time", status: 200, out: docstore.Page[referrals.View]{}, query: append(listFilters,
		parameter{name: "cursor", kind: "string", help: "next of the page before"}, parameter{name: "limit", kind: "integer", help: "at most 100"},
	)},
	{method: http.MethodGet, path: "/referrals/counts", summary: "How many referrals there are, by status and by whose turn it is", status: 200, out: referrals.Tally{}, query: listFilters[:1]},
	{method: http.MethodPost, path: "/referrals/bulk", summary: "One move of up to 100 referrals; each succeeds or is refused by itself", in: bulkInput{}, status: 200, out: items[bulkResult]{}},
	{method: http.MethodGet, path: "/referrals/csv", summary: "The inbox or what was sent as a CSV file, at most 10,000 rows", status: 200, contentType: mimeCSV, query: listFilters},
	{method: http.MethodPost, path: "/referrals/csv", summary: "Moves that a CSV file asks for, row by row; the same file again changes nothing", in: csvInput{}, text: mimeCSV, status: 200, out: importResult{},
		query: []parameter{{name: "dryRun", kind: "boolean", help: "only tell what would become of each row"}}},
	{method: http.MethodGet, path: "/referrals/:id", summary: "One referral", status: 200, out: referrals.View{}},
	{method: http.MethodPost, path: "/referrals/:id/moves", summary: "Change the status", in: moveInput{}, status: 200, out: referrals.View{}},
	{method: http.MethodPost, path: "/referrals/:id/take-back", summary: "Take the agency's last answer back, within 15 minutes and while nothing was built on it", in: takeBackInput{}, status: 200, out: referrals.View{}},
	{method: http.MethodGet, path: "/referrals/:id/messages", summary: "What the parties wrote to each other", status: 200, out: items[referrals.Message]{}},
	{method: http.MethodPost, path: "/referrals/:id/messages", summary: "Write to the other party", in: messageInput{}, status: 201, out: referrals.Message{}},
	{method: http.MethodGet, path: "/referrals/unread", summary: "On how many referrals messages wait for the asker", status: 200, out: unreadAnswer{}},
	{method: http.MethodGet, path: "/referrals/:id/notes", summary: "Notes of the own organization, which nobody else sees", status: 200, out: items[referrals.Note]{}},
	{method: http.MethodPost, path: "/referrals/:id/notes", summary: "Write a note for the own organization", in: noteInput{}, status: 201, out: referrals.Note{}},
	{method: http.MethodGet, path: "/referrals/:id/colleagues", summary: "Whom one may mention", status: 200, out: items[referrals.Ref]{}},
	{method: http.MethodPost, path: "/referrals/:id/files", summary: "Send a file for the next message or note; without one it is removed after an hour", fileIn: true, status: 201, out: referrals.FileRef{}, query: []parameter{
		{name: "name", kind: "string", help: "what the file is called"},
	}},
	{method: http.MethodGet, path: "/referrals/:id/files/:file", summary: "A file of a message or note", status: 200, fileOut: true},
	{method: http.MethodPost, path: "/referrals/:id/confirmations", summary: "Say what the patient says came of it", in: confirmationInput{}, status: 200, out: referrals.View{}},

	{method: http.MethodGet, path: "/referrals/codes", summary: "Reasons and outcomes, with what they mean for the need and what happens next", status: 200, out: referralCodes{}},
	{method: http.MethodPost, path: "/referrals/check", summary: "Referrals like the one about to be sent", in: referralInput{}, status: 200, out: items[referrals.Warning]{}},
	{method: http.MethodGet, path: "/referrals/handover", summary: "How much open work a worker has", status: 200, out: openWork{}, query: []parameter{
		{name: "from", kind: "string", help: "id of the worker"},
	}},
	{method: http.MethodPost, path: "/referrals/handover", summary: "Give a worker's open referrals and tasks to another", in: handOverInput{}, status: 200, out: handedOver{}},
	{method: http.MethodGet, path: "/referrals/:id/attempts", summary: "Tries to contact the patient", status: 200, out: items[referrals.Attempt]{}},
	{method: http.MethodPost, path: "/referrals/:id/attempts", summary: "Note a try to contact the patient", in: attemptInput{}, status: 201, out: referrals.Attempt{}},
	{method: http.MethodPost, path: "/referrals/:id/forward", summary: "Send a referral on to another agency, or propose it to the sender where the consent does not cover it", in: forwardInput{}, status: 200, out: referrals.Forwarded{}},
	{method: http.MethodGet, path: "/referrals/:id/forward", summary: "Services of other agencies to which a referral may be sent on", status: 200, out: items[directory.ServiceSummary]{}},
	{method: http.MethodGet, path: "/services/:id/waiting", summary: "Who waits for a service of the own agency, the next one first", status: 200, out: docstore.Page[referrals.View]{}, query: []parameter{
		{name: "cursor", kind: "string", help: "next of the page before"},
	}},
	{method: http.MethodPost, path: "/services/:id/wish", summary: "Ask the network to take in the agency of a service; only for one that is not in it", status: 200, out: joining.Wish{}},
	{method: http.MethodGet, path: "/network/wishes", summary: "Agencies that workers want in the network, those of most workers first", status: 200, out: items[joining.Wish]{}},
	{method: http.MethodPost, path: "/network/wishes/:id/aside", summary: "Take a wish off the list; the id is the organization's", status: 200, out: joining.Wish{}},
	{method: http.MethodPost, path: "/network/agencies", summary: "Take an agency of the directory into the network, under its id there", in: agencyInput{}, status: 201, out: accounts.Organization{}},
	{method: http.MethodGet, path: "/tasks", summary: "Open tasks of the asker or, with team, of the organization, by due time", status: 200, out: docstore.Page[referrals.Task]{}, query: []parameter{
		{name: "team", kind: "boolean", help: "those of all workers"}, {name: "cursor", kind: "string", help: "next of the page before"},
	}},
	{method: http.MethodGet, path: "/tasks/:id", summary: "One task", status: 200, out: referrals.Task{}},
	{method: http.MethodPost, path: "/tasks/:id/answer", summary: "Accept or decline the agency that a task proposes", in: offerInput{}, status: 200, out: referrals.Task{}},
	{method: http.MethodPost, path: "/tasks/:id/reopen", summary: "Take back that a task is done, within a day", status: 200, out: referrals.Task{}},
	{method: http.MethodPost, path: "/tasks/:id/done", summary: "Say that a task is done, and how", in: doneInput{}, status: 200, out: referrals.Task{}},

	{method: http.MethodPost, path: "/visits", summary: "Patient, screening, consent and referral in one", in: referrals.Visit{}, status: 201, out: referrals.VisitResult{},
		text: mimeJOSE, also: map[int]any{http.StatusOK: visits.Taken{}, http.StatusAccepted: visits.Taken{}}},
	{method: http.MethodGet, path: "/visits", summary: "Sealed visits that came in; a supervisor sees the organization's", status: 200, out: docstore.Page[visits.Row]{}, query: []parameter{
		{name: "state", kind: "string", help: "only this state", enum: []string{"waiting", "attention", "done", "aside"}},
		{name: "cursor", kind: "string", help: "next of the page before"}, {name: "limit", kind: "integer", help: "at most 100"},
	}},
	{method: http.MethodGet, path: "/visits/:id", summary: "One sealed visit, with what is wrong with it", status: 200, out: visits.View{}},
	{method: http.MethodPatch, path: "/visits/:id", summary: "Mend a visit that waits for attention and send it on; parts that are done stay", in: visitChange{}, status: 200, out: visits.View{}},
	{method: http.MethodPost, path: "/visits/:id/setaside", summary: "Say that nothing is to be done with a visit, and why", in: visitAside{}, status: 200, out: visits.View{}},
	{method: http.MethodPost, path: "/visits/:id/takeup", summary: "Take back that a visit was set aside", in: visitVersion{}, status: 200, out: visits.View{}},
	{method: http.MethodPost, path: "/visits/:id/passon", summary: "Give a visit to the organization it was sealed for", in: visitVersion{}, status: 204},

	{method: http.MethodPost, path: "/own/enter", summary: "A patient: begin a session with the code of a link to their own record", public: true, in: ownCode{}, status: 200, out: ownLocked{}},
	{method: http.MethodPost, path: "/own/text", summary: "A patient: have a code texted to their phone", public: true, in: ownText{}, status: 204},
	{method: http.MethodPost, path: "/own/unlock", summary: "A patient: open the session with the PIN or the texted code; its new token is the access token of what follows", public: true, in: ownProof{}, status: 200, out: ownSession{}},
	{method: http.MethodPost, path: "/own/leave", summary: "A patient: end the session", status: 204},
	{method: http.MethodGet, path: "/own/referrals", summary: "A patient: what was asked of whom, and where it stands", status: 200, out: items[referrals.Own]{}},
	{method: http.MethodGet, path: "/own/referrals/:id", summary: "A patient: one referral", status: 200, out: referrals.Own{}},
	{method: http.MethodPost, path: "/own/referrals/:id/withdraw", summary: "A patient: take a referral back", in: ownWithdrawal{}, status: 200, out: referrals.Own{}},
	{method: http.MethodPost, path: "/own/referrals/:id/answer", summary: "A patient: say whether it helped: got, part, still or none", in: ownAnswer{}, status: 200, out: referrals.Own{}},
	{method: http.MethodGet, path: "/own/consents", summary: "A patient: what they permitted, and what was shared under it", status: 200, out: items[referrals.OwnConsent]{}},
	{method: http.MethodPost, path: "/own/consents/:id/end", summary: "A patient: end a consent", status: 200, out: referrals.Consent{}},
	{method: http.MethodGet, path: "/own/access", summary: "A patient: who saw or changed their record", status: 200, out: docstore.Page[audit.Entry]{},
		query: []parameter{{name: "cursor", kind: "string", help: "next of the page before"}}},
	{method: http.MethodGet, path: "/own/letters", summary: "A patient: messages with their workers, the oldest first", status: 200, out: items[referrals.Letter]{}},
	{method: http.MethodPost, path: "/own/letters", summary: "A patient: write to their workers", in: ownMessage{}, status: 201, out: referrals.Letter{}},
	{method: http.MethodGet, path: "/own/copy", summary: "A patient: a copy of everything", status: 200, out: ownCopy{}},
}

// listFilters narrow down a list of referrals.
var listFilters = []parameter{
	{name: "box", kind: "string", help: "default: the one of the own organization", enum: []string{"inbox", "sent"}},
	{name: "status", kind: "string", help: "only this status", enum: statusCodes()},
	{name: "turn", kind: "string", help: "only those whose turn it is; not together with status", enum: []string{"sender", "agency"}},
	{name: "overdue", kind: "boolean", help: "only those whose turn took too long"},
	{name: "need", kind: "string", help: "only open ones for needs of this domain"},
	{name: "service", kind: "string", help: "only open ones for this service"},
	{name: "urgent", kind: "boolean", help: "only open urgent ones"},
	{name: "mine", kind: "boolean", help: "only open ones that the asker follows up or, at an agency, acted on last"},
}

func statusCodes() []string {
	out := make([]string, len(referrals.Statuses))
	for i, s := range referrals.Statuses {
		out[i] = string(s)
	}
	return out
}

// valueSchema describes one value of an answer: the code of an option, a text
// or a date; a number; yes or no; own words where choices are offered as well;
// a quantity with its unit.
const valueSchema = `{"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"},
	{"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"], "additionalProperties": false},
	{"type": "object", "properties": {"value": {"type": "number"}, "unit": {"type": "string"}}, "required": ["value"], "additionalProperties": false}]}`

// mapped are the schemas of types whose JSON is not that of their Go form.
var mapped = map[reflect.Type]string{
	reflect.TypeFor[screening.Answer](): `{"description": "values, or why there are none", "anyOf": [
		{"type": "array", "items": ` + valueSchema + `},
		{"type": "object", "properties": {"values": {"type": "array", "items": ` + valueSchema + `}}, "required": ["values"], "additionalProperties": false},
		{"type": "object", "properties": {"absent": {"enum": ["asked-declined", "asked-unknown"]}}, "required": ["absent"], "additionalProperties": false}]}`,
	reflect.TypeFor[directory.Reason](): `{"type": "object", "properties": {"code": {"type": "string"}, "text": {"type": "string"}},
		"required": ["code", "text"], "additionalProperties": false}`,
	reflect.TypeFor[map[string]any]():  `{"type": "object"}`,
	reflect.TypeFor[json.RawMessage](): `{"type": "object"}`,
}

// mapType answers the schema of a type that is described by hand.
func mapType(t reflect.Type) *jsonschema.Schema {
	text, ok := mapped[t]
	if !ok {
		return nil
	}
	s := &jsonschema.Schema{}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		panic(err) // a mistake in the table above
	}
	return s
}
