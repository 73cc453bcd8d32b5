package referrals

import (
	"context"
	"errors"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/notify/webhook"
)

// tell tells each of the users about a referral. key names what happened. Of
// one about violence nothing leaves the house: others may see the phone or the
// mailbox.
func (s *Service) tell(ctx context.Context, template, key string, r Referral, userIDs ...string) error {
	var errs []error
	for _, user := range userIDs {
		errs = append(errs, s.Notices.Tell(ctx, notify.News{
			To: notify.ToUser(user), Template: template, Path: "/referrals/" + r.ID, Key: key,
			Urgent: r.Priority == Urgent, Inside: Violence(r.Need.Domain) || r.Need.Private,
		}))
	}
	return errors.Join(errs...)
}

// staff are the users of the agency who work on referrals.
func (s *Service) staff(ctx context.Context, r Referral) ([]string, error) {
	return s.users(ctx, r.Agency.ID, identity.AgencyStaff, identity.AgencyAdmin)
}

// supervisors are those of the sender.
func (s *Service) supervisors(ctx context.Context, r Referral) ([]string, error) {
	return s.users(ctx, r.Sender.ID, identity.Supervisor)
}

func (s *Service) users(ctx context.Context, organizationID string, roles ...identity.Role) ([]string, error) {
	us, err := s.Accounts.UsersWithRole(ctx, organizationID, roles...)
	var out []string
	for _, u := range us {
		out = append(out, u.ID)
	}
	return out, err
}

// audience is who follows the referral on one side: the agency's staff, or the
// worker, or the supervisors where the worker no longer works there.
func (s *Service) audience(ctx context.Context, r Referral, p Party) ([]string, error) {
	if p == Agency {
		return s.staff(ctx, r)
	}
	workers, err := s.users(ctx, r.Sender.ID, identity.CHW, identity.CareManager, identity.Supervisor)
	if err != nil || slices.Contains(workers, r.Worker.ID) {
		return []string{r.Worker.ID}, err
	}
	return s.supervisors(ctx, r)
}

// news says which notice an event of a referral brings to a side. A move of
// one side is news for the other; one of the system is for the agency when it
// loses the referral.
func news(event string, d eventData) (template string, to Party) {
	switch {
	case event == "referral.created":
		return "referral.received", Agency
	case event == "referral.messaged":
		return "referral.messaged", other(d.Party)
	case event != "referral.moved" || d.Quiet:
		return "", Neither
	case d.Party == Agency && d.Status == Completed:
		return "referral.confirm", Sender
	case d.Party == Agency:
		return "referral.moved", Sender
	case d.Status == Cancelled || d.Status == EnteredInError:
		return "referral.cancelled", Agency
	}
	return "", Neither
}

func other(p Party) Party {
	if p == Agency {
		return Sender
	}
	return Agency
}

// announced are the events that other systems are told of, those with news for
// people among them.
var announced = []string{"referral.created", "referral.moved", "referral.messaged", "referral.confirmed"}

// Announcements takes events for other systems; *webhook.Service does.
type Announcements interface {
	Announce(ctx context.Context, h webhook.Happened) error
}

// announce tells other systems of the sender and the agency what happened to a
// referral, in ids and codes; nothing of one about violence.
func (s *Service) announce(ctx context.Context, e docstore.Event, d eventData, r Referral) error {
	if s.Announcements == nil || !slices.Contains(announced, e.Type) || Violence(r.Need.Domain) || r.Need.Private {
		return nil
	}
	data := map[string]string{"referralId": r.ID}
	if d.Status != "" {
		data["status"] = string(d.Status)
	}
	return s.Announcements.Announce(ctx, webhook.Happened{
		Type: e.Type, Key: e.ID, At: e.At, OrganizationIDs: []string{r.Sender.ID, r.Agency.ID}, Data: data,
	})
}
