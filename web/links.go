package web

import "strconv"

// The addresses of pages about one record, in one place.

func patientPath(id string) string           { return "/patients/" + id }
func editPatientPath(id string) string       { return patientPath(id) + "/edit" }
func newScreeningPath(patient string) string { return "/patients/" + patient + "/screenings/new" }
func screeningPath(id string) string         { return "/screenings/" + id }
func draftPath(id string) string             { return "/screenings/drafts/" + id }
func reviewPath(draft string) string         { return draftPath(draft) + "/review" }
func referralPath(id string) string          { return "/referrals/" + id }

// questionPath is question n (from 1) of a draft.
func questionPath(draft string, n int) string {
	return draftPath(draft) + "/questions/" + strconv.Itoa(n)
}

// changePath is question n as opened from the review, where it leads back to.
func changePath(draft string, n int) string { return questionPath(draft, n) + "?from=review" }

// servicesPath is the page that proposes services for a need.
func servicesPath(patient, need string) string {
	return patientPath(patient) + "/needs/" + need + "/matches"
}

// needPath is the page of one need, with what became of it.
func needPath(patient, need string) string { return patientPath(patient) + "/needs/" + need }

// referPath is the page that refers to services for a need; it takes the
// services, and the referral that the new one succeeds, as a query.
func referPath(patient, need string) string {
	return patientPath(patient) + "/needs/" + need + "/refer"
}

// servicePath is one service of the directory.
func servicePath(id string) string { return "/directory/services/" + id }

// consentPath is one consent of a patient.
func consentPath(patient, consent string) string {
	return patientPath(patient) + "/consents/" + consent
}

// taskPath is one thing that waits for a worker.
func taskPath(id string) string { return "/tasks/" + id }
