package referrals

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

type (
	patientsOfWorld  world
	needsOfWorld     world
	directoryOfWorld world
	accountsOfWorld  world
)

func (w *world) patients() *patientsOfWorld { return (*patientsOfWorld)(w) }

func (w *patientsOfWorld) Open(_ context.Context, id string) (patients.Patient, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.people[id]
	if !ok {
		return p, docstore.ErrNotFound
	}
	return p, nil
}

func (w *patientsOfWorld) OpenMany(ctx context.Context, ids []string) (map[string]patients.Patient, error) {
	out := map[string]patients.Patient{}
	for _, id := range ids {
		if p, err := w.Open(ctx, id); err == nil {
			out[id] = p
		}
	}
	return out, nil
}

func (w *needsOfWorld) OpenNeed(_ context.Context, id string) (screening.Need, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, ok := w.needs[id]
	if !ok {
		return n, docstore.ErrNotFound
	}
	return n, nil
}

func (w *needsOfWorld) SetNeedStatus(ctx context.Context, id string, to screening.NeedStatus, _ string) (screening.Need, error) {
	n, err := w.OpenNeed(ctx, id)
	if err != nil {
		return n, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	n.Status, n.Since = to, w.clock.Now()
	w.needs[id] = n
	return n, nil
}

func (w *needsOfWorld) Get(ctx context.Context, id string) (screening.Screening, error) {
	if identity.From(ctx).Role != identity.System {
		return screening.Screening{}, errors.New("screenings are read as the system")
	}
	d, ok := w.screens[id]
	if !ok {
		return d, docstore.ErrNotFound
	}
	return d, nil
}

// What only visits ask is tried with the real rooms, in visit_test.go.
var errNotPlayed = errors.New("not played here")

func (*patientsOfWorld) Update(context.Context, patients.Patient) (patients.Patient, error) {
	return patients.Patient{}, errNotPlayed
}

func (*patientsOfWorld) Register(context.Context, patients.Patient, bool) (patients.Patient, error) {
	return patients.Patient{}, errNotPlayed
}

func (*needsOfWorld) Submit(context.Context, screening.Submission) (screening.Result, error) {
	return screening.Result{}, errNotPlayed
}

func (w *needsOfWorld) Needs(_ context.Context, patientID string) ([]screening.Need, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []screening.Need
	for _, n := range w.needs {
		if n.PatientID == patientID {
			out = append(out, n)
		}
	}
	return out, nil
}

func (*needsOfWorld) PatchNeed(context.Context, string, screening.NeedPatch) (screening.Need, error) {
	return screening.Need{}, errNotPlayed
}

func (w *directoryOfWorld) ServiceByID(_ context.Context, id string) (directory.ServiceDoc, error) {
	d, ok := w.doc[id]
	if !ok {
		return d, docstore.ErrNotFound
	}
	return d, nil
}

func (w *directoryOfWorld) OrganizationByID(_ context.Context, id string) (directory.OrganizationDoc, error) {
	if id == "park" {
		return directory.OrganizationDoc{Organization: directory.Organization{ID: id, Name: "The park"}}, nil
	}
	return directory.OrganizationDoc{}, docstore.ErrNotFound
}

func (w *accountsOfWorld) OpenUser(_ context.Context, id string) (accounts.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, users := range w.users {
		for _, u := range users {
			if u.ID == id {
				return u, nil
			}
		}
	}
	return accounts.User{}, docstore.ErrNotFound
}

func (w *accountsOfWorld) Organization(_ context.Context, id string) (accounts.Organization, error) {
	o, ok := w.orgs[id]
	if !ok {
		return o, docstore.ErrNotFound
	}
	return o, nil
}

func (w *accountsOfWorld) Calendar(_ context.Context, id string) (clock.Calendar, error) {
	if w.orgs[id].Kind == accounts.Agency {
		return pacific, nil
	}
	return eastern, nil
}

func (w *accountsOfWorld) UsersWithRole(_ context.Context, org string, roles ...identity.Role) ([]accounts.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []accounts.User
	for _, u := range w.users[org] {
		if !u.Disabled && slices.Contains(roles, u.Memberships[0].Role) {
			out = append(out, u)
		}
	}
	return out, nil
}

// Tell takes news as notify does: each once.
func (w *world) Tell(_ context.Context, n notify.News) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	if !slices.Contains(w.notices, n) {
		w.notices = append(w.notices, n)
	}
	return nil
}

// Saw notes who saw whom where.
func (w *world) Saw(ctx context.Context, action, patientID, subject string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	w.saw = append(w.saw, fmt.Sprintf("%s %s %s %s", identity.From(ctx).ID, action, patientID, subject))
	return nil
}
