// Package identity says who acts: the actor that the server puts into the
// context and every service reads, and what each role may do. Rules about
// single records (whose patient, whose referral) stay in the services.
package identity

import (
	"context"

	"github.com/havenloop/havenloop/internal/fault"
)

// Role is what a user is in an organization. Codes as in the API.
type Role string

// The roles.
const (
	CHW          Role = "chw"           // community health worker of a care organization
	CareManager  Role = "care-manager"  // the same rights as a CHW, owns care plans
	Supervisor   Role = "supervisor"    // of a care organization: reassigns, resolves escalations
	AgencyStaff  Role = "agency-staff"  // of an agency: works on referrals
	AgencyAdmin  Role = "agency-admin"  // of an agency: also listing, capacity, staff
	NetworkAdmin Role = "network-admin" // of the network: organizations, users, instruments; no patient data
	PatientRole  Role = "patient"       // the person themself, by link and code
	// AgencyGuest answers one referral for an agency that has no account, by link and code.
	AgencyGuest Role = "agency-guest"
	System      Role = "system" // jobs and the relay
)

// Actor is who acts.
type Actor struct {
	// ID is the user's id; for System the job's name.
	ID string
	// Name is shown in histories, for example "Rosa Vega".
	Name string
	Role Role
	// OrganizationID is the organization the actor works for at the moment.
	OrganizationID string
	// SessionID is the session or token family, empty for System.
	SessionID string
	// Language is the BCP 47 tag of the language the actor reads; empty when
	// they never said.
	Language string
	// PatientID and DraftID are set for PatientRole alone: who it is, and the
	// one screening that their link opened; empty where it opened their own
	// pages. The actor's ID is then the patient's.
	PatientID string
	DraftID   string
	// ReferralID is set for AgencyGuest alone: the one referral that their link
	// opened, for the agency with the OrganizationID.
	ReferralID string
}

// SystemActor is the actor of a job or consumer with the given name.
func SystemActor(name string) Actor { return Actor{ID: name, Name: "Havenloop", Role: System} }

type key struct{}

// With returns a context in which a acts.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From tells who acts; the zero Actor, whose Role is empty, when nobody is signed in.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}

// RoleForbids is the sentence of the fault.Forbidden for who lacks a
// permission; one that has another reason has a sentence of its own.
const RoleForbids = "Your role does not allow this."

// Require answers the actor when its role holds p. Nobody signed in is a
// fault.Login, a role without p a fault.Forbidden.
func Require(ctx context.Context, p Permission) (Actor, error) {
	a := From(ctx)
	if a.Role == "" {
		return a, fault.New(fault.Login, "Sign in to continue.")
	}
	if !a.May(p) {
		return a, fault.New(fault.Forbidden, RoleForbids)
	}
	return a, nil
}
