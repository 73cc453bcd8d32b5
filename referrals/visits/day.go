package visits

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// Day is what a worker takes along for a day without a connection: no more
// than it takes to visit, screen and refer.
type Day struct {
	At          time.Time          `json:"at"`
	Worker      DayWorker          `json:"worker"`
	Language    string             `json:"language"`
	Patients    []DayPatient       `json:"patients"`
	Instruments []DayInstrument    `json:"instruments"`
	Topics      []DayTopic         `json:"topics"`
	Services    []DayService       `json:"services"`
	Points      map[string]Point   `json:"points"` // of the patients' ZIP codes
	Consents    []DayConsent       `json:"consents"`
	HelpLines   []network.HelpLine `json:"helpLines"`
}

// DayWorker is who takes the day along.
type DayWorker struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	OrganizationID string `json:"organizationId"`
	// Organization is its name, which a consent tells.
	Organization string `json:"organization"`
}

// DayPatient is a patient of the day: not how to reach them, not what was answered.
type DayPatient struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	BirthYear  int       `json:"birthYear,omitempty"`
	PostalCode string    `json:"postalCode"`
	Spoken     string    `json:"spoken"`
	Due        string    `json:"due,omitempty"` // the day on which a screening is due
	Needs      []DayNeed `json:"needs"`
}

// DayNeed is an open need that is not private.
type DayNeed struct {
	ID     string               `json:"id"`
	Topic  string               `json:"topic"`
	Domain string               `json:"domain"`
	Status screening.NeedStatus `json:"status"`
	Wanted *bool                `json:"wanted"`
	Urgent bool                 `json:"urgent"`
}

// DayInstrument is a questionnaire, as lean as a phone needs it, with its rules.
type DayInstrument struct {
	Questionnaire json.RawMessage `json:"questionnaire"`
	Rules         json.RawMessage `json:"rules"`
}

// DayTopic is what a need can be about.
type DayTopic struct {
	Topic   string `json:"topic"`
	Title   string `json:"title"`
	Domain  string `json:"domain"`
	Private bool   `json:"private"`
}

// Point is a place on earth, in degrees.
type Point struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// DayConsent is a consent in force that a referral can name.
type DayConsent struct {
	ID              string            `json:"id"`
	PatientID       string            `json:"patientId"`
	OrganizationIDs []string          `json:"organizationIds"`
	Class           string            `json:"class,omitempty"`
	Needs           []string          `json:"needs"`
	Fields          []referrals.Field `json:"fields"`
	ExpiresOn       string            `json:"expiresOn,omitempty"`
}

// dayPatients is how many patients a worker takes along at most.
const dayPatients = 50

// Tag is a name for what the day holds, whenever it was made; two that are
// alike have the same.
func (d Day) Tag() (string, error) {
	d.At = time.Time{}
	b, err := json.Marshal(d)
	sum := sha256.Sum256(b)
	return `"` + hex.EncodeToString(sum[:16]) + `"`, err
}

// Day gathers the actor's day. Each patient in it is recorded as seen. have is
// the tag of the one that the actor has already: when it would be the same,
// nothing is recorded and the answer is empty.
func (s *Service) Day(ctx context.Context, have string) (Day, string, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return Day{}, "", err
	}
	own, err := s.Accounts.Organization(ctx, actor.OrganizationID)
	if err != nil {
		return Day{}, "", err
	}
	d := Day{
		At: s.Now(), Worker: DayWorker{actor.ID, actor.Name, actor.OrganizationID, own.Name}, Language: "en",
		Points: map[string]Point{}, Consents: []DayConsent{},
	}
	if u, err := s.Accounts.OpenUser(ctx, actor.ID); err == nil && u.Language != "" {
		d.Language = u.Language
	}
	settings, err := s.Network.Settings(ctx)
	if err != nil {
		return Day{}, "", err
	}
	d.HelpLines = settings.HelpLines
	for _, gather := range []func(context.Context, identity.Actor, *Day) error{s.dayPatients, s.dayInstruments, s.dayServices} {
		if err := gather(ctx, actor, &d); err != nil {
			return Day{}, "", err
		}
	}
	tag, err := d.Tag()
	if err != nil || tag == have {
		return Day{}, tag, err
	}
	for _, p := range d.Patients {
		if err := s.Audit.Saw(ctx, "patient.taken-along", p.ID, "patients/"+p.ID); err != nil {
			return Day{}, "", err
		}
	}
	return d, tag, nil
}

func (s *Service) dayPatients(ctx context.Context, actor identity.Actor, d *Day) error {
	ids, due, err := s.patientsOfDay(ctx, actor)
	if err != nil {
		return err
	}
	people, err := s.Patients.OpenMany(ctx, ids)
	if err != nil {
		return fmt.Errorf("patients of the day: %w", err)
	}
	d.Patients = []DayPatient{}
	for _, id := range ids {
		p, ok := people[id]
		if !ok || p.OrganizationID != actor.OrganizationID {
			continue
		}
		one := DayPatient{ID: p.ID, Name: p.GivenName + " " + p.FamilyName, PostalCode: p.Address.PostalCode, Spoken: p.Languages.Spoken, Due: due[id]}
		if born, err := time.Parse(time.DateOnly, p.BirthDate); err == nil {
			one.BirthYear = born.Year()
		}
		if one.Needs, err = s.dayNeeds(ctx, id); err != nil {
			return err
		}
		if z, ok := geo.LookupZIP(p.Address.PostalCode); ok && geo.Valid(z.Point) {
			d.Points[p.Address.PostalCode] = Point{z.Point.Lat, z.Point.Lng}
		}
		if err := s.dayConsents(ctx, id, d); err != nil {
			return err
		}
		d.Patients = append(d.Patients, one)
	}
	return nil
}

func (s *Service) dayNeeds(ctx context.Context, patientID string) ([]DayNeed, error) {
	all, err := s.Needs.Needs(ctx, patientID)
	out := []DayNeed{}
	for _, n := range all {
		if !n.Private && !n.Status.Closed() && n.PartOf == "" { // a device tells needs apart by topic
			out = append(out, DayNeed{ID: n.ID, Topic: n.Topic, Domain: n.Domain, Status: n.Status, Wanted: n.Wanted, Urgent: n.Urgent})
		}
	}
	return out, err
}

func (s *Service) dayConsents(ctx context.Context, patientID string, d *Day) error {
	all, err := s.Work.Consents(ctx, patientID)
	for _, c := range all {
		if c.InForce(d.At) && !slices.ContainsFunc(c.Needs, referrals.Violence) {
			d.Consents = append(d.Consents, DayConsent{
				ID: c.ID, PatientID: patientID, OrganizationIDs: c.Recipients.OrganizationIDs, Class: c.Recipients.Class,
				Needs: c.Needs, Fields: c.Fields, ExpiresOn: c.ExpiresOn,
			})
		}
	}
	return err
}

// patientsOfDay lists whom the actor is likely to meet: first where a referral
// is the actor's turn, then where a screening is due or under way, then those
// in the actor's care, the latest first. due says on which day a screening is due.
func (s *Service) patientsOfDay(ctx context.Context, actor identity.Actor) (ids []string, due map[string]string, err error) {
	add := func(id string) {
		if id != "" && len(ids) < dayPatients && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	due = map[string]string{}
	turns, err := s.Work.List(ctx, referrals.ListInput{Box: referrals.SentBox, Turn: referrals.Sender, Limit: 100})
	if err != nil {
		return nil, nil, err
	}
	for _, r := range turns.Items {
		if r.Worker.ID == actor.ID && r.Patient != nil {
			add(r.Patient.ID)
		}
	}
	soon, err := s.Needs.DueNow(ctx, screening.DueList{Mine: true, Limit: 100})
	if err != nil {
		return nil, nil, err
	}
	for _, d := range soon.Items {
		if d.Due != nil {
			due[d.PatientID] = d.Due.On
			add(d.PatientID)
		}
	}
	drafts, err := s.Needs.MyDrafts(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range drafts {
		add(d.PatientID)
	}
	recent, err := s.Patients.List(ctx, "", 100)
	if err != nil {
		return nil, nil, err
	}
	mine := func(p patients.Patient) bool {
		return p.AssignedTo == actor.ID || p.AssignedTo == "" && p.CreatedBy == actor.ID
	}
	for _, p := range recent.Items {
		if mine(p) {
			add(p.ID)
		}
	}
	return ids, due, nil
}

func (s *Service) dayInstruments(ctx context.Context, _ identity.Actor, d *Day) error {
	list, err := s.Needs.Instruments(ctx)
	if err != nil {
		return err
	}
	d.Topics = []DayTopic{}
	for _, info := range list {
		i, err := s.Needs.Instrument(ctx, info.ID)
		if err != nil {
			return err
		}
		lean, err := i.Lean()
		if err != nil {
			return err
		}
		d.Instruments = append(d.Instruments, DayInstrument{Questionnaire: lean, Rules: i.Rules})
		for _, q := range i.Questions {
			t, ok := s.Needs.Topic(q.Topic)
			if ok && !slices.ContainsFunc(d.Topics, func(x DayTopic) bool { return x.Topic == t.Topic }) {
				d.Topics = append(d.Topics, DayTopic{Topic: t.Topic, Title: t.Title, Domain: t.Domain, Private: t.Private})
			}
		}
	}
	return nil
}
