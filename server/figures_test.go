package server_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/referrals/figures"
	"github.com/havenloop/havenloop/server/servertest"
)

// counted is a server whose supervisor's organization has sent, besides
// the county's own, 400 referrals of 400 people, most of them for food.
func counted(t *testing.T) *servertest.House {
	t.Helper()
	h := servertest.Open(t)
	docs, err := docstore.Open(t.Context(), h.Engine, docstore.Spec[figures.Fact]{
		Name: "referral_facts", Schema: 1, Meta: func(f *figures.Fact) *docstore.Meta { return &f.Meta },
	})
	if err != nil {
		t.Fatal(err)
	}
	var facts []*figures.Fact
	for i := range 400 {
		f := figures.Fact{
			Meta: docstore.Meta{ID: fmt.Sprint("fact-", i)}, Of: 1, Kind: figures.Counted, Person: uint32(i),
			Need: []string{"food-insecurity", "food-insecurity", "housing-instability"}[i%3], Agency: fmt.Sprint("a", i%2), Name: fmt.Sprint("=Agency ", i%2),
			Sender: servertest.Account(t, "lindqvist").OrganizationID, ZIP: "95351", Language: "es", Sent: servertest.Now.AddDate(0, 0, -60).UnixMilli(),
		}
		if i%4 > 0 {
			f.By[figures.Acknowledged], f.Acknowledged = figures.ByAgency, f.Sent+7_200_000
			f.By[figures.Closed], f.Closed = figures.ByAgency, f.Sent+86_400_000
			if f.By[figures.Received] = figures.ByPatient; i%4 > 2 {
				f.By[figures.Received], f.Unhelped, f.Reason = figures.Nobody, true, "no-capacity"
			}
		}
		facts = append(facts, &f)
	}
	if err := errors.Join(docs.InsertAll(t.Context(), facts)...); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestFiguresOfTheAPI(t *testing.T) {
	h := counted(t)
	a := h.Do(t, "lindqvist", http.MethodGet, "/api/v1/figures?by=agency&need=food-insecurity", "")
	lines, _ := a.JSON(t)["lines"].([]any)
	if a.Status != http.StatusOK || len(lines) != 3 || lines[0].(object)["sent"] != 133.0 || lines[1].(object)["sent"] != 134.0 {
		t.Fatalf("figures = %d %s, want 133 and 134 sent, beside the county's own", a.Status, a.Body)
	}
	for path, want := range map[string]int{
		"?by=weather": http.StatusBadRequest, "?need=food-insecurity&zip=95351": http.StatusBadRequest, "?by=zip&period=2019-Q1": http.StatusOK,
	} {
		if a := h.Do(t, "park", http.MethodGet, "/api/v1/figures"+path, ""); a.Status != want {
			t.Errorf("figures%s = %d, want %d: %s", path, a.Status, want, a.Body)
		}
	}
	odds := h.Do(t, "vega", http.MethodGet, "/api/v1/figures/odds?need=food-insecurity&zip=95351", "").JSON(t)
	if odds["area"] != "zip" || odds["percent"] != 67.0 || odds["medianDays"] != 1.0 {
		t.Errorf("odds = %v, want 67 percent in the ZIP code, half of them in a day", odds)
	}
	if odds := h.Do(t, "vega", http.MethodGet, "/api/v1/figures/odds?need=intimate-partner-violence", "").JSON(t); odds["area"] != "none" {
		t.Errorf("odds of a private need = %v, want none", odds)
	}
}

func TestFiguresAreExported(t *testing.T) {
	h := counted(t)
	p := newPhone(t, onTheWeb(t, h))
	p.open("/signin").post("/signin", "email", servertest.Account(t, "lindqvist").Email, "password", servertest.Password)
	p.open("/figures?by=agency").statusIs(http.StatusOK, "Where does it work?", "<svg", "figures/export")
	p.open("/figures?by=weather").statusIs(http.StatusUnprocessableEntity)
	p.open("/figures/export?by=agency").statusIs(http.StatusOK)
	records, err := csv.NewReader(strings.NewReader(p.body)).ReadAll()
	if err != nil || len(records) != 5 {
		t.Fatalf("export = %q, %v; want a head, a total, two agencies and all others", p.body, err)
	}
	if records[2][2] != "200" || !strings.HasPrefix(records[2][1], "'=") {
		t.Errorf("export = %v, want 200 sent, and no formula", records)
	}
}

// TestSupervisorReadsFiguresInTheBrowser goes from the home page to the figures,
// narrows them down, and reads what a number means.
func TestSupervisorReadsFiguresInTheBrowser(t *testing.T) {
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := openTab(t, counted(t), width)
			b.signIn("lindqvist")
			b.open("/figures", "What becomes of referrals")
			b.says("Seen by the agency", "Who said so?", "Food", "Keeping a home")
			b.fill("Only these", "need=food-insecurity")
			b.fill("Split by", "agency")
			b.press("Show", "main")
			b.until(`location.search.includes("by=agency") && document.querySelector("main").innerText.includes("=Agency 1")`)
			b.check()
			b.follow("What the numbers mean", "What the numbers mean", "main")
			b.says("24 %", "85 %")
		})
	}
}
