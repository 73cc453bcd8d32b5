package referrals

import (
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

func TestSend(t *testing.T) {
	w := newWorld(t)
	v := *w.send("s-pantry").Referral
	if v.Status != Requested || v.Version != 1 || v.OrganizationID != "pantry" || v.OrganizationName != "The pantry" ||
		v.ServiceName != "Service s-pantry" || v.SenderOrganization.ID != "clinic" || v.Priority != Routine || v.Note != "Has no kitchen." {
		t.Errorf("Send = %+v", v)
	}
	same(t, "turn", v.Turn, &Turn{Party: Agency, Since: monday, Due: pacific.AddBusinessDays(monday, 2)})
	if got := w.needStatus("food"); got != screening.NeedInProgress {
		t.Errorf("need = %s, want in-progress", got)
	}
	if v.Patient == nil || v.Patient.GivenName != "Maria" || v.Need == nil || v.Need.Domain != "food-insecurity" {
		t.Errorf("the sender sees patient %v and need %v, want all", v.Patient, v.Need)
	}
}

func TestSendRules(t *testing.T) {
	w := newWorld(t)
	all := w.record(consent())
	onlyKitchen := consent()
	onlyKitchen.Recipients = Recipients{OrganizationIDs: []string{"kitchen"}}
	kitchen := w.record(onlyKitchen)
	shelter := w.record(violenceConsent())
	w.orgs["diner"] = accounts.Organization{Meta: docstore.Meta{ID: "diner"}, Name: "The diner", Kind: accounts.Agency} // nobody has an account
	w.doc["s-diner"] = w.doc["s-pantry"]
	diner := w.doc["s-diner"]
	diner.ID, diner.Service.ID, diner.Service.OrganizationID = "s-diner", "s-diner", "diner"
	w.doc["s-diner"] = diner
	unheard := violenceConsent()
	unheard.Recipients.OrganizationIDs = []string{"diner"}
	deaf := w.record(unheard)
	onlyShelter := consent()
	onlyShelter.Recipients = Recipients{OrganizationIDs: []string{"shelter"}}
	shelterFood := w.record(onlyShelter)
	revoked := w.record(consent())
	if _, err := w.s.RevokeConsent(as(rosa), revoked.ID, 0); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		actor  identity.Actor
		change func(*SendInput)
		kind   fault.Kind // empty: it is sent
	}{
		{"as it should be", rosa, func(*SendInput) {}, ""},
		{"twice to the same agency", rosa, func(*SendInput) {}, fault.Conflict},
		{"to another service of the agency", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-pantry-2"} }, fault.Conflict},
		{"another need to the agency, not asked yet", rosa, func(in *SendInput) { in.NeedID = "housing" }, ""},
		{"to another agency", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-kitchen"} }, ""},
		{"violence to the named agency", rosa, func(in *SendInput) {
			in.NeedID, in.ConsentID, in.ServiceIDs = "violence", shelter.ID, []string{"s-shelter"}
		}, ""},
		{"violence to an agency where nobody could see it", rosa, func(in *SendInput) {
			in.NeedID, in.ConsentID, in.ServiceIDs = "violence", deaf.ID, []string{"s-diner"}
		}, fault.BusinessRule},
		{"the number for violence of an agency where nobody could see it", rosa, func(in *SendInput) {
			in.NeedID, in.ConsentID, in.ServiceIDs, in.LogOnly = "violence", "", []string{"s-diner"}, true
		}, ""},
		{"food to an agency without accounts", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-diner"} }, ""},
		{"violence under the class", rosa, func(in *SendInput) { in.NeedID = "violence" }, fault.BusinessRule},
		{"violence to another agency", rosa, func(in *SendInput) { in.NeedID, in.ConsentID = "violence", shelter.ID }, fault.BusinessRule},
		{"by an agency", paula, func(*SendInput) {}, fault.Forbidden},
		{"by the network", netAdmin, func(*SendInput) {}, fault.Forbidden},
		{"by nobody", identity.Actor{}, func(*SendInput) {}, fault.Login},
		{"by another clinic", otto, func(*SendInput) {}, fault.NotFound},
		{"no patient", rosa, func(in *SendInput) { in.PatientID = "" }, fault.Invalid},
		{"no need", rosa, func(in *SendInput) { in.NeedID = "" }, fault.Invalid},
		{"no service", rosa, func(in *SendInput) { in.ServiceIDs = nil }, fault.Invalid},
		{"too many services", rosa, func(in *SendInput) { in.ServiceIDs = strings.Fields(strings.Repeat("s ", maxAsked+1)) }, fault.Invalid},
		{"unknown priority", rosa, func(in *SendInput) { in.Priority = "now" }, fault.Invalid},
		{"long note", rosa, func(in *SendInput) { in.Note = strings.Repeat("x", maxText+1) }, fault.Invalid},
		{"unknown need", rosa, func(in *SendInput) { in.NeedID = "nope" }, fault.NotFound},
		{"another clinic's need", rosa, func(in *SendInput) { in.NeedID = "beatfood" }, fault.NotFound},
		{"another patient's need", rosa, func(in *SendInput) { in.NeedID = "omarfood" }, fault.BusinessRule},
		{"a need not wanted", rosa, func(in *SendInput) { in.NeedID = "ride" }, fault.BusinessRule},
		{"a need that is met", rosa, func(in *SendInput) { in.NeedID = "bills" }, fault.BusinessRule},
		{"unknown service", rosa, func(in *SendInput) { in.ServiceIDs = []string{"nope"} }, fault.NotFound},
		{"service not offered", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-closed"} }, fault.BusinessRule},
		{"organization without an account", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-park"} }, fault.BusinessRule},
		{"organization that is no agency", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-clinic"} }, fault.BusinessRule},
		{"two services of an agency", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-shelter", "s-shelter"} }, fault.BusinessRule},
		{"no consent", rosa, func(in *SendInput) { in.ConsentID = "" }, fault.BusinessRule},
		{"unknown consent", rosa, func(in *SendInput) { in.ConsentID = "nope" }, fault.BusinessRule},
		{"another patient's consent", rosa, func(in *SendInput) { in.PatientID, in.NeedID = "omar", "omarfood" }, fault.BusinessRule},
		{"revoked consent", rosa, func(in *SendInput) { in.ConsentID = revoked.ID }, fault.BusinessRule},
		{"consent for another agency", rosa, func(in *SendInput) { in.ConsentID, in.ServiceIDs = kitchen.ID, []string{"s-shelter"} }, fault.BusinessRule},
		{"a service for other needs, under the class", rosa, func(in *SendInput) { in.ServiceIDs = []string{"s-legal"} }, fault.BusinessRule},
		{"one of two agencies not covered", rosa, func(in *SendInput) { in.ConsentID, in.ServiceIDs = kitchen.ID, []string{"s-kitchen", "s-shelter"} }, fault.BusinessRule},
		{"succeeding an unknown one", rosa, func(in *SendInput) { in.Succeeds, in.ServiceIDs = "nope", []string{"s-shelter"} }, fault.BusinessRule},
		{"a service for other needs, named", rosa, func(in *SendInput) { in.ConsentID, in.ServiceIDs = shelterFood.ID, []string{"s-legal"} }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}, ConsentID: all.ID}
			tt.change(&in)
			_, err := w.s.Send(as(tt.actor), in)
			switch {
			case tt.kind != "":
				refused(t, "Send", err, tt.kind)
			case err != nil:
				t.Errorf("Send = %v, want nil", err)
			}
		})
	}
}

// TestCheckSend: what would be refused is told before there is a consent.
func TestCheckSend(t *testing.T) {
	w := newWorld(t)
	check := func(change func(*SendInput)) error {
		in := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}}
		change(&in)
		return w.s.CheckSend(as(rosa), in)
	}
	if err := check(func(*SendInput) {}); err != nil {
		t.Errorf("CheckSend = %v, want nil", err)
	}
	if err := check(func(*SendInput) {}); err != nil {
		t.Errorf("CheckSend again = %v; the first has stored something", err)
	}
	refused(t, "a long note", check(func(in *SendInput) { in.Note = strings.Repeat("x", maxText+1) }), fault.Invalid)
	refused(t, "two of an agency", check(func(in *SendInput) { in.ServiceIDs = []string{"s-pantry", "s-pantry-2"} }), fault.BusinessRule)
	refused(t, "a need not wanted", check(func(in *SendInput) { in.NeedID = "ride" }), fault.BusinessRule)
	w.send("s-pantry")
	refused(t, "an agency asked already", check(func(*SendInput) {}), fault.Conflict)
}

func TestSendConsentOfARecordMarkedLater(t *testing.T) {
	w := newWorld(t)
	c := w.record(consent())
	maria := w.people["maria"]
	maria.Part2 = true
	w.people["maria"] = maria
	_, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID})
	refused(t, "Send under a verbal consent of a part 2 record", err, fault.BusinessRule)
}

func TestSendOnce(t *testing.T) {
	w := newWorld(t)
	c := w.record(consent())
	for _, services := range [][]string{{"s-pantry"}, {"s-kitchen", "s-shelter"}} {
		in := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: services, ConsentID: c.ID}
		key := services[0]
		first, err := w.s.Send(keyed(rosa, key, "a"), in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.s.Send(keyed(rosa, key, "a"), in)
		if err != nil {
			t.Fatalf("the same request again: %v", err)
		}
		same(t, "the same request again", again, first)
		_, err = w.s.Send(keyed(rosa, key, "b"), in)
		refused(t, "another request with the key", err, fault.BusinessRule)
	}
	p, err := w.s.referrals.Find(t.Context(), docstore.Query{Where: []docstore.Cond{docstore.Eq("need", docstore.String("food"))}})
	if err != nil || len(p.Items) != 3 {
		t.Errorf("%d referrals, %v; want 3", len(p.Items), err)
	}
}

func TestSucceeding(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	c := w.stored(id).ConsentID
	next := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry-2"}, ConsentID: c, Succeeds: id}
	_, err := w.s.Send(as(rosa), next)
	refused(t, "succeeding a referral that the agency has", err, fault.Conflict)

	w.to(paula, id, Rejected)
	next.Succeeds = ""
	_, err = w.s.Send(as(rosa), next)
	refused(t, "the same agency again without saying that it succeeds", err, fault.Conflict)
	next.Succeeds = id
	sent, err := w.s.Send(as(rosa), next)
	if err != nil {
		t.Fatal(err)
	}
	old := w.stored(id)
	if old.Settlement == nil || old.Settlement.As != SettledSucceeded || old.Settlement.SucceededBy != sent.Referral.ID || old.Turn != nil {
		t.Errorf("the old one: settlement %+v, turn %v; want succeeded by the new one", old.Settlement, old.Turn)
	}
	if got := w.needStatus("food"); got != screening.NeedInProgress {
		t.Errorf("need = %s, want in-progress", got)
	}
	next.ServiceIDs = []string{"s-kitchen"}
	_, err = w.s.Send(as(rosa), next)
	refused(t, "succeeding a settled referral", err, fault.Conflict)
}

func TestAnotherReferralTakesThePlaceUnnamed(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.to(paula, id, Rejected)
	w.clock.Add(time.Minute)
	next := w.send("s-kitchen").Referral.ID
	if old := w.stored(id); old.Settlement == nil || old.Settlement.SucceededBy != next {
		t.Errorf("settlement = %+v, want succeeded by the referral sent after it was declined", old.Settlement)
	}
}

func TestAnotherReferralLeavesTheOpenOnesAlone(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.send("s-kitchen")
	if r := w.stored(id); r.Settlement != nil || r.Turn == nil {
		t.Errorf("settlement = %+v, want an open referral: the agency has it in hand", r.Settlement)
	}
	w.to(paula, id, Accepted)
	in := give(Completed)
	in.Version = 2
	if _, err := w.s.Move(as(paula), id, in); err != nil {
		t.Fatal(err)
	}
	w.send("s-shelter")
	if r := w.stored(id); r.Settlement != nil {
		t.Errorf("settlement = %+v, want an open referral: its outcome is not confirmed", r.Settlement)
	}
}
