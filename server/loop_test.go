package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// elsewhere is a service of another agency to which the food bank may send the
// referral on.
func (v visit) elsewhere(id string) (service, agency string) {
	v.t.Helper()
	list := v.do("harris", http.MethodGet, "/api/v1/referrals/"+id+"/forward", nil, http.StatusOK)["items"].([]any)
	if len(list) == 0 {
		v.t.Fatal("no other agency takes referrals for food")
	}
	first := list[0].(object)
	if first["distanceMeters"] != nil {
		v.t.Errorf("the agency learns how far the person lives from %v", first["name"])
	}
	return first["id"].(string), first["organizationName"].(string)
}

// raised gives Vega a task about the referral.
func (v visit) raised(kind referrals.TaskKind, id, patient, service string) string {
	v.t.Helper()
	ctx := identity.With(v.t.Context(), identity.SystemActor("test"))
	r := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)
	t := referrals.Task{
		Kind: kind, ReferralID: id, NeedID: r["need"].(object)["id"].(string), PatientID: patient,
		WorkerID: seed.ID("user/vega"), OrganizationID: seed.ID("alder-health"),
	}
	if service != "" {
		doc, err := v.Directory.ServiceByID(ctx, service)
		if err != nil {
			v.t.Fatal(err)
		}
		o, err := v.Accounts.Organization(ctx, doc.Service.OrganizationID)
		if err != nil {
			v.t.Fatal(err)
		}
		t.Service, t.Agency = referrals.Ref{ID: doc.ID, Name: doc.Service.Name}, referrals.Ref{ID: o.ID, Name: o.Name}
	}
	t, err := v.Referrals.RaiseTask(ctx, string(kind)+"/"+id, t)
	if err != nil {
		v.t.Fatal(err)
	}
	return t.ID
}

// staff is a phone on which the person of the county is signed in.
func (v visit) staff(web *httptest.Server, name string) *phone {
	p := newPhone(v.t, web)
	p.open("/signin").post("/signin", "email", servertest.Account(v.t, name).Email, "password", servertest.Password).at("/")
	return p
}

// TestTheLoopByTheAPI tries each operation that keeps a referral from going
// silent, and each way in which it is refused.
func TestTheLoopByTheAPI(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, id := v.sent()
	at := "/api/v1/referrals/" + id
	service, _ := v.elsewhere(id)
	talk, next := v.raised(referrals.TaskTalk, id, patient, ""), v.raised(referrals.TaskNextBest, id, patient, service)
	task := "/api/v1/tasks/"
	for _, tt := range []struct {
		name, as, method, path string
		body                   object
		status                 int
	}{
		{"a task without words", "vega", http.MethodPost, task + talk + "/done", object{"result": " "}, 400},
		{"a task of another clinic", "chan", http.MethodGet, task + talk, nil, 404},
		{"ended by another clinic", "chan", http.MethodPost, task + talk + "/done", object{"result": "x"}, 404},
		{"opened again by an agency", "harris", http.MethodPost, task + talk + "/reopen", object{}, 403},
		{"an answer where nothing is proposed", "vega", http.MethodPost, task + talk + "/answer", object{"accept": true}, 409},
		{"declined without a word", "vega", http.MethodPost, task + next + "/answer", object{"accept": false}, 400},
		{"an agency that the consent does not cover", "vega", http.MethodPost, task + next + "/answer", object{"accept": true}, 422},
		{"a service that is not there", "vega", http.MethodPost, task + next + "/answer", object{"accept": true, "serviceId": "nowhere"}, 404},
		{"the agency that has it", "vega", http.MethodPost, task + next + "/answer", object{"accept": true, "serviceId": seed.ID("valley-food-bank/pantry")}, 422},
		{"a try without a way", "harris", http.MethodPost, at + "/attempts", object{"reached": false, "channel": "pigeon"}, 400},
		{"a try of the sender", "vega", http.MethodPost, at + "/attempts", object{"reached": false, "channel": "call"}, 403},
		{"a try of a stranger", "patel", http.MethodPost, at + "/attempts", object{"reached": false, "channel": "call"}, 404},
		{"tries for a stranger", "patel", http.MethodGet, at + "/attempts", nil, 404},
		{"sent on by the sender", "vega", http.MethodPost, at + "/forward", object{"serviceId": service, "version": 1}, 403},
		{"sent on to nowhere", "harris", http.MethodPost, at + "/forward", object{"serviceId": "nowhere", "version": 1}, 404},
		{"sent on without a service", "harris", http.MethodPost, at + "/forward", object{"serviceId": "", "version": 1}, 400},
		{"sent on to oneself", "harris", http.MethodPost, at + "/forward", object{"serviceId": seed.ID("valley-food-bank/pantry"), "version": 1}, 422},
		{"sent on from an old page", "harris", http.MethodPost, at + "/forward", object{"serviceId": service, "version": 9}, 409},
		{"choices for a stranger", "patel", http.MethodGet, at + "/forward", nil, 404},
		{"a waiting list of another agency", "patel", http.MethodGet, "/api/v1/services/" + seed.ID("valley-food-bank/pantry") + "/waiting", nil, 404},
		{"a waiting list for a sender", "vega", http.MethodGet, "/api/v1/services/" + seed.ID("valley-food-bank/pantry") + "/waiting", nil, 403},
		{"a check for another clinic's patient", "chan", http.MethodPost, "/api/v1/referrals/check", object{"patientId": patient, "needId": "x"}, 404},
		{"a hand-over by a worker", "vega", http.MethodPost, "/api/v1/referrals/handover", object{"from": seed.ID("user/vega"), "to": seed.ID("user/bell")}, 403},
		{"a hand-over to the same", "lindqvist", http.MethodPost, "/api/v1/referrals/handover", object{"from": seed.ID("user/vega"), "to": seed.ID("user/vega")}, 400},
		{"a hand-over to another clinic", "lindqvist", http.MethodPost, "/api/v1/referrals/handover", object{"from": seed.ID("user/vega"), "to": seed.ID("user/chan")}, 400},
		{"open work for a worker", "vega", http.MethodGet, "/api/v1/referrals/handover?from=x", nil, 403},
		{"a ladder without a rule for all", "park", http.MethodPatch, "/api/v1/network/settings", object{"version": 0, "ladder": []any{object{"need": "food-insecurity", "steps": []any{}}}}, 400},
		{"a ladder of a worker", "vega", http.MethodPatch, "/api/v1/network/settings", object{"version": 0}, 403},
	} {
		var body any
		if tt.body != nil {
			body = tt.body
		}
		t.Run(tt.name, func(t *testing.T) { visit{t, v.House}.do(tt.as, tt.method, tt.path, body, tt.status) })
	}

	v.do("vega", http.MethodPost, task+talk+"/done", object{"result": "Called her."}, http.StatusOK)
	if again := v.do("vega", http.MethodPost, task+talk+"/reopen", object{}, http.StatusOK); again["result"] != nil {
		t.Errorf("opened again = %v", again)
	}
	v.move("harris", id, object{"to": "accepted"}, http.StatusOK)
	v.do("vega", http.MethodPost, task+next+"/answer", object{"accept": true, "serviceId": service}, http.StatusConflict)
	for n := range 3 {
		v.move("harris", id, object{"to": "failed", "reason": "cannot-reach"}, http.StatusUnprocessableEntity)
		v.do("harris", http.MethodPost, at+"/attempts", object{"reached": false, "channel": "call", "note": fmt.Sprint(n)}, http.StatusCreated)
	}
	v.move("harris", id, object{"to": "on-hold", "reason": "waitlist"}, http.StatusOK)
	waiting := v.do("harris", http.MethodGet, "/api/v1/services/"+seed.ID("valley-food-bank/pantry")+"/waiting", nil, http.StatusOK)["items"].([]any)
	if len(waiting) != 1 || waiting[0].(object)["waitlist"].(object)["position"] != 1.0 {
		t.Errorf("waiting = %v", waiting)
	}
	v.move("harris", id, object{"to": "failed", "reason": "cannot-reach"}, http.StatusOK)
	open := v.do("lindqvist", http.MethodGet, "/api/v1/referrals/handover?from="+seed.ID("user/vega"), nil, http.StatusOK)
	moved := v.do("lindqvist", http.MethodPost, "/api/v1/referrals/handover", object{"from": seed.ID("user/vega"), "to": seed.ID("user/bell")}, http.StatusOK)
	if moved["count"] != open["referrals"].(float64)+open["tasks"].(float64) || moved["count"].(float64) < 2 {
		t.Errorf("handed over %v of %v", moved, open)
	}
}

// TestTheLoopOnPages goes the ways of a worker, an agency, a supervisor and the
// network on the pages, and tries what they refuse.
func TestTheLoopOnPages(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	patient, id := v.sent()
	service, other := v.elsewhere(id)
	talk, next := v.raised(referrals.TaskTalk, id, patient, ""), v.raised(referrals.TaskNextBest, id, patient, service)
	need := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)["need"].(object)["id"].(string)
	worker, agency, boss, network := v.staff(web, "vega"), v.staff(web, "harris"), v.staff(web, "lindqvist"), v.staff(web, "park")

	worker.open("/tasks").statusIs(http.StatusOK, "The person wants to talk", "Another agency could help", "Pilar Quiroga")
	worker.open("/tasks/"+talk).post("/tasks/"+talk+"/done", "result", "").statusIs(http.StatusBadRequest, "Write in a few words what was done.")
	worker.open("/tasks/"+talk).post("/tasks/"+talk+"/done", "result", "Called her.").at("/tasks/"+talk, "Called her.", "Undo")
	worker.post("/tasks/"+talk+"/undo").at("/tasks/"+talk, "It is on your list again")
	worker.open("/tasks/"+next).statusIs(http.StatusOK, other, "Ask the person for consent", "Choose another agency")
	worker.post("/tasks/"+next+"/answer", "accept", "no", "note", "").statusIs(http.StatusBadRequest, "Write in a few words why not.")
	worker.open("/tasks/nowhere").statusIs(http.StatusNotFound)
	worker.open("/tasks/" + next + "/answer").at("/tasks/" + next)
	agency.open("/tasks/" + next).statusIs(http.StatusForbidden)

	agency.open("/referrals/"+id).statusIs(http.StatusOK, "3 more tries are needed", "Send on to another agency")
	agency.post("/referrals/"+id+"/attempts", "try.reached", "no").statusIs(http.StatusBadRequest, "Say how you tried to contact the person.")
	agency.post("/referrals/"+id+"/attempts", "try.channel", "call", "try.reached", "no", "try.note", "No answer.").at("/referrals/"+id, "2 more tries are needed", "No answer.")
	worker.open("/referrals/"+id).statusIs(http.StatusOK, "Phone", "not reached")
	if strings.Contains(worker.body, "No answer.") {
		t.Error("the worker reads the note of the agency's try")
	}

	refer := "/patients/" + patient + "/needs/" + need
	worker.open(refer+"/refer?service="+service).statusIs(http.StatusOK, "Something like it was sent already", "Alder Valley Food Bank was asked for the same need")
	worker.open(refer+"/gave?service="+service).statusIs(http.StatusOK, "Nobody there is told")
	worker.post(refer+"/gave", "note", strings.Repeat("x", 5000)).statusIs(http.StatusBadRequest, "Write at most 4000 letters.")
	worker.open(refer+"/gave?service="+service).post(refer+"/gave", "note", "Gave her the card.").statusIs(http.StatusOK, "Only the number was given", "Gave her the card.")
	worker.open(refer + "/gave?service=nowhere").statusIs(http.StatusNotFound)

	agency.open("/referrals/"+id+"/forward").statusIs(http.StatusOK, other)
	agency.post("/referrals/"+id+"/forward", "service", "").statusIs(http.StatusBadRequest, "Choose a service.")
	agency.open("/referrals/"+id+"/forward").post("/referrals/"+id+"/forward", "service", service, "note", "They are closer.").at("/referrals/"+id, "The worker asks the person first")
	agency.open("/referrals/" + id + "/forward").statusIs(http.StatusConflict)
	worker.open("/referrals/"+id).statusIs(http.StatusOK, "The agency names another place", other)
	worker.open("/tasks/"+next).post("/tasks/"+next+"/answer", "accept", "no", "note", "We wait.").at("/tasks/"+next, "We wait.")

	boss.open("/escalations/handover?from="+seed.ID("user/vega")+"&to="+seed.ID("user/vega")).statusIs(http.StatusBadRequest, "Choose two different people.")
	boss.open("/escalations/handover?from="+seed.ID("user/vega")+"&to="+seed.ID("user/bell")).statusIs(http.StatusOK, "From Inés Vega to Monica Bell")
	boss.post("/escalations/handover").at("/escalations", "The work is handed over")
	worker.open("/escalations/handover").statusIs(http.StatusForbidden)

	ladder, rule := "/admin/network/ladder", "/admin/network/ladder/rule"
	network.open(ladder).statusIs(http.StatusOK, "1 business day before it is due", "All needs")
	steps := func(admin string, more ...string) []string {
		return append([]string{"step-due-on", "yes", "step-admin-on", "yes", "step-admin", admin, "step-admin-unit", "openHours", "step-next-on", "yes", "step-next", "0"}, more...)
	}
	network.open(rule+"?need=&priority=").post(rule, steps("soon")...).statusIs(http.StatusBadRequest, "whole number of")
	network.post(rule, steps("6", "do", "preview")...).statusIs(http.StatusOK, "It is not saved yet", "6 opening hours later")
	network.post(rule, steps("6")...).at(ladder, "The rules are saved", "6 opening hours later")
	network.open(rule+"?new=yes").post(rule, steps("6", "need", "", "priority", "urgent")...).statusIs(http.StatusBadRequest, "There is another rule for this need and priority.")
	network.open(rule+"?new=yes").post(rule, steps("6", "need", "food-insecurity", "priority", "", "turn-requested", "2", "turn-requested-unit", "openHours", "resend", "yes")...).at(ladder, "Sent: 2 opening hours", "where the person agreed to all of them")
	network.open(ladder).post(ladder+"/remove", "need", "food-insecurity", "priority", "").at(ladder, "The rules are saved")
	network.post(ladder+"/remove", "need", "", "priority", "").statusIs(http.StatusBadRequest, "Keep one rule for all referrals.")
	network.open(ladder).post(ladder+"/reset").at(ladder, "4 opening hours later")
	worker.open(ladder).statusIs(http.StatusForbidden)

	agency.open("/listing/"+seed.ID("valley-food-bank/pantry")+"/waiting").statusIs(http.StatusOK, "Nobody waits")
	agency.open("/listing/" + seed.ID("community-action/shutoff") + "/waiting").statusIs(http.StatusNotFound)
}
