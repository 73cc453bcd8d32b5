package identity

import "slices"

// Permission names something a role may do. Every route declares one, and the
// service behind the route requires it.
type Permission string

// The permissions. The first three are for routes without a rule of their
// own: everybody, everybody who is signed in, and machines that show a token
// which the handler checks.
const (
	Public   Permission = "public"
	SignedIn Permission = "signed-in"
	OwnToken Permission = "own-token"

	PatientsRead    Permission = "patients.read"    // find and open patients of the own organization
	PatientsWrite   Permission = "patients.write"   // register and change them
	ScreeningsRead  Permission = "screenings.read"  // answers, findings, needs
	ScreeningsWrite Permission = "screenings.write" // screen, change needs
	InstrumentsRead Permission = "instruments.read" // the questionnaires themselves
	// InstrumentsWrite takes in questionnaires and takes them out of use.
	InstrumentsWrite Permission = "instruments.write"
	DirectoryRead    Permission = "directory.read"  // search and open services
	DirectoryWrite   Permission = "directory.write" // change listings (own agency, or all for the network)
	ConsentsRead     Permission = "consents.read"
	ConsentsWrite    Permission = "consents.write"
	ReferralsRead    Permission = "referrals.read"   // own organization's, sent or received
	ReferralsSend    Permission = "referrals.send"   // create, withdraw, confirm
	ReferralsAnswer  Permission = "referrals.answer" // acknowledge … complete
	Escalations      Permission = "escalations"      // see and resolve what was escalated
	FiguresRead      Permission = "figures.read"     // counts of what becomes of referrals, without names
	NetworkManage    Permission = "network.manage"   // organizations, users, index
	UsersManage      Permission = "users.manage"     // users of the own organization
	GuestAnswer      Permission = "guest-answer"     // answer the one referral that an agency's link opened
	WebhooksManage   Permission = "webhooks.manage"  // other systems that the own organization tells of events
	SelfScreen       Permission = "self-screen"      // answer the one screening that a link opened
	OwnRecord        Permission = "own-record"       // see and steer what is done for oneself, by a link for that
)

var (
	care = []Permission{
		PatientsRead, PatientsWrite, ScreeningsRead, ScreeningsWrite, InstrumentsRead, DirectoryRead,
		ConsentsRead, ConsentsWrite, ReferralsRead, ReferralsSend,
	}
	agency = []Permission{DirectoryRead, ReferralsRead, ReferralsAnswer}
)

// grants is the whole of who may do what; a pair not listed is refused.
var grants = map[Role][]Permission{
	CHW:          care,
	CareManager:  care,
	Supervisor:   append(slices.Clone(care), Escalations, FiguresRead, UsersManage),
	AgencyStaff:  agency,
	AgencyAdmin:  append(slices.Clone(agency), DirectoryWrite, UsersManage, WebhooksManage),
	NetworkAdmin: {InstrumentsRead, InstrumentsWrite, DirectoryRead, DirectoryWrite, FiguresRead, NetworkManage, UsersManage, WebhooksManage},
	PatientRole:  {SelfScreen, OwnRecord},
	AgencyGuest:  {GuestAnswer, ReferralsRead, ReferralsAnswer},
	System:       append(slices.Clone(care), ReferralsAnswer, Escalations, FiguresRead, DirectoryWrite, NetworkManage, UsersManage),
}

// Permissions lists all there are.
func Permissions() []Permission {
	return []Permission{
		Public, SignedIn, OwnToken, PatientsRead, PatientsWrite, ScreeningsRead, ScreeningsWrite, InstrumentsRead, InstrumentsWrite,
		DirectoryRead, DirectoryWrite, ConsentsRead, ConsentsWrite, ReferralsRead, ReferralsSend, ReferralsAnswer,
		Escalations, FiguresRead, NetworkManage, UsersManage, WebhooksManage, GuestAnswer, SelfScreen, OwnRecord,
	}
}

// May tells whether the actor's role holds p.
func (a Actor) May(p Permission) bool {
	switch p {
	case Public:
		return true
	case SignedIn:
		return a.Role != "" && a.Role != PatientRole && a.Role != AgencyGuest // a link opens one thing and nothing else
	case OwnRecord:
		return a.Role == PatientRole && a.DraftID == ""
	}
	return slices.Contains(grants[a.Role], p)
}

// Care tells whether the actor works for a care organization.
func (a Actor) Care() bool { return a.Role == CHW || a.Role == CareManager || a.Role == Supervisor }

// Agency tells whether the actor works for an agency and has an account there.
func (a Actor) Agency() bool { return a.Role == AgencyStaff || a.Role == AgencyAdmin }

// AnswersFor tells whether the actor speaks for the organization, as an agency,
// about the referral.
func (a Actor) AnswersFor(organizationID, referralID string) bool {
	if a.OrganizationID != organizationID {
		return false
	}
	return a.Agency() || a.Role == AgencyGuest && a.ReferralID == referralID && referralID != ""
}
