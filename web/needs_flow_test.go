package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
	"github.com/havenloop/havenloop/seed"
)

// TestDayTellsWhoIsDue follows the list from the start page to a patient, who
// leaves a program, is put off and due again.
func TestDayTellsWhoIsDue(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	home := s.get("/").shows(t, http.StatusOK, "Due for screening", "A need was found on", "See all")
	if !strings.Contains(home.link(t, "Screen"), "/screenings/new") {
		t.Errorf("the first link leads to %s, want the start of a screening", home.link(t, "Screen"))
	}
	mine := s.get(screening.DuePath).shows(t, http.StatusOK, "My patients", "Everyone")
	all := s.get(screening.DuePath+"?tab=everyone").shows(t, http.StatusOK)
	if n, m := strings.Count(mine.body, `class="row"`), strings.Count(all.body, `class="row"`); n == 0 || m <= n {
		t.Errorf("mine has %d rows, everyone %d, want some and more", n, m)
	}
	s.as("chan")
	other := s.get(screening.DuePath + "?tab=everyone")
	if strings.Contains(other.body, "Earl Whitfield") {
		t.Error("another clinic reads who is due here")
	}

	s.as("vega")
	page := patientPath(seed.ID("patient/earl-whitfield"))
	action := page + "/rescreening"
	v := s.get(page).shows(t, http.StatusOK, "Next screening", "Due since", "Left a hospital or program")
	v = s.sendForm(v, action, "do", doPutOff, "until-month", "3", "until-day", "1", "until-year", "2026").
		shows(t, http.StatusBadRequest, "Choose a day after today.", "Say in a few words why.")
	if !strings.Contains(v.body, `value="2026"`) {
		t.Error("what was typed is gone after a refusal")
	}
	stale := v
	v = s.sendForm(v, action, "do", doPutOff, "until-month", "3", "until-day", "20", "until-year", "2026", "reason", "Too tired").
		shows(t, http.StatusOK, "Put off to Mar 20, 2026", "Too tired", "Due on Mar 20, 2026")
	s.sendForm(stale, action, "do", doPutOff, "until-month", "3", "until-day", "25", "until-year", "2026", "reason", "Away").
		shows(t, http.StatusConflict, "Put off to Mar 20, 2026")
	v = s.sendForm(v, action, "do", doUndo).shows(t, http.StatusOK, "Due since")
	s.sendForm(v, action, "do", doDischarge).shows(t, http.StatusBadRequest, "Write the date as year, month and day")
	v = s.sendForm(v, action, "do", doUndischarge).shows(t, http.StatusOK, "The day was taken back.", "Due on")
	s.sendForm(v, action, "do", doDischarge, "dischargedOn-month", "3", "dischargedOn-day", "30", "dischargedOn-year", "2026").
		shows(t, http.StatusOK, "Leaves a hospital or program on Mar 30, 2026")
	if back := s.get(action); back.path != page {
		t.Errorf("a reload of the form's address leads to %s, want the patient", back.path)
	}
}

// TestNeedIsClosedOrKept screens a need away and lets a person decide.
func TestNeedIsClosedOrKept(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	patient := seed.ID("patient/thanh-nguyen")
	screen := func(code string) {
		t.Helper()
		ctx := identity.With(t.Context(), s.actor)
		if _, err := s.h.Screening.Submit(ctx, screening.Submission{PatientID: patient, Instrument: "hunger-vital-sign", Answers: screening.Answers{
			"/88122-7": screening.Codes(code), "/88123-5": screening.Codes(code),
		}}); err != nil {
			t.Fatal(err)
		}
		s.clock.Add(time.Minute)
	}
	const often, never = "LA28397-0", "LA28398-8"
	screen(often)
	screen(never)
	v := s.get(patientPath(patient)).shows(t, http.StatusOK, "did not find this any more")
	need := v.linkTo(t, patientPath(patient)+"/needs/")
	v = s.send(v, need, "do", doKeep).shows(t, http.StatusOK)
	if v.path != patientPath(patient) || strings.Contains(v.body, "did not find this any more") {
		t.Errorf("kept from the patient's page = %s, want the same page without the question", v.path)
	}
	v = s.get(need).shows(t, http.StatusOK, "Kept: it is still a need", "A screening did not find it", "Found by a screening", "See the screening")
	screen(never)
	stale := v
	v = s.get(need).shows(t, http.StatusOK, "Is this still a need?")
	v = s.send(v, need, "do", doClose).shows(t, http.StatusOK, "Marked: No longer a need", "Open it again")
	if strings.Contains(v.body, "Is this still a need?") {
		t.Error("a closed need still asks whether it is one")
	}
	s.send(stale, need, "do", string(screening.NeedMet)).shows(t, http.StatusConflict, "in the meantime")
	s.send(v, need, "do", "lost").shows(t, http.StatusBadRequest)
	s.send(v, need, "do", string(screening.NeedOpen)).shows(t, http.StatusOK, "Marked: Help not asked yet")
	if other := s.get(strings.Replace(need, patient, seed.ID("patient/mai-vang"), 1)); other.status != http.StatusNotFound {
		t.Errorf("the need at another patient = %d, want 404", other.status)
	}
	s.as("chan")
	if other := s.get(need); other.status != http.StatusNotFound {
		t.Errorf("the need for another clinic = %d, want 404", other.status)
	}
}

// TestConfirmedNeedNamesWhoSaidSo reads the history of a need that is met.
func TestConfirmedNeedNamesWhoSaidSo(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	needs, err := s.h.Screening.Needs(identity.With(t.Context(), s.actor), seed.ID("patient/rosa-delgado"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range needs {
		if n.Topic != "food" {
			continue
		}
		s.get(needPath(n.PatientID, n.ID)).shows(t, http.StatusOK, "The person said the need is met", "Inés Vega")
		if last := n.History[len(n.History)-1]; last.Why != "referral-confirmed" || last.ByName != "Inés Vega" {
			t.Errorf("last change = %+v, want confirmed by Inés Vega", last)
		}
	}
}

// TestTwoAdminsSaveTheNetwork lets one be faster; the other one sees both.
func TestTwoAdminsSaveTheNetwork(t *testing.T) {
	s := newCounty(t)
	s.as("park")
	first := s.get("/admin/network").shows(t, http.StatusOK, "Danger right now", "qualified human translator")
	second := s.get("/admin/network")
	s.send(first, "/admin/network", "afterDays", "soon").shows(t, http.StatusBadRequest, "Use a whole number of days")
	s.send(first, "/admin/network", "afterDays", "120", lineField(4, "label-en"), "County nurse line", selfField("essentials"), "es", lineField(4, "call"), "209-555-0100", lineField(4, "for"), "urgent").
		shows(t, http.StatusOK, "The settings are saved.", "County nurse line")
	set, err := s.h.Network.Settings(t.Context())
	if err != nil || set.Rescreen.AfterDays != 120 || set.HelpLines[4].Code != "county-nurse-line" || !set.SelfAllowed("essentials", "es") {
		t.Fatalf("settings = %+v, %v, want 120 days and the new line", set, err)
	}
	lost := s.send(second, "/admin/network", "afterDays", "90", "afterPositiveDays", "14").
		shows(t, http.StatusConflict, "changed these settings", "Saved: 120 days", "Yours: 90 days", "Saved: 30 days")
	s.send(lost, "/admin/network").shows(t, http.StatusOK, "The settings are saved.")
	if set, err = s.h.Network.Settings(t.Context()); err != nil || set.Rescreen.AfterDays != 90 || set.Rescreen.AfterPositiveDays != 14 {
		t.Errorf("settings = %+v, %v, want what the second admin typed", set.Rescreen, err)
	}
	s.send(s.get("/admin/network"), "/admin/network", lineField(0, "call"), "HELP").shows(t, http.StatusBadRequest, "Write the number with digits")
	s.send(s.get("/admin/network"), "/admin/network", lineField(0, "remove"), "yes").shows(t, http.StatusOK)
	if set, err = s.h.Network.Settings(t.Context()); err != nil || set.HelpLines[0].Code == "911" {
		t.Errorf("first line = %+v, %v, want the first one removed", set.HelpLines[0], err)
	}
	s.as("vega")
	if v := s.send(lost, "/admin/network"); v.status != http.StatusForbidden {
		t.Errorf("saved by a worker = %d, want 403", v.status)
	}
}

// TestScreenedAgainTellsWhatChanged reads the result of a second screening.
func TestScreenedAgainTellsWhatChanged(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	ctx := identity.With(t.Context(), s.actor)
	r, err := s.h.Screening.Submit(ctx, screening.Submission{PatientID: seed.ID("patient/rosa-delgado"), Instrument: "ahc-hrsn-core", Answers: screening.Answers{
		"/88122-7": screening.Codes("LA28398-8"), "/88123-5": screening.Codes("LA28398-8"), "/93030-5": screening.Codes("LA33-6"),
		"/96778-6": screening.Codes("LA31996-4"), "/71802-3": screening.Absent(screening.AskedDeclined),
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.get(screeningPath(r.Screening.ID)).shows(t, http.StatusOK, "What changed since last time", "Not found any more", "Still there", "New", "no clear answer", "compared with")
}
