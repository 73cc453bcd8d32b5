package notify

import (
	"cmp"
	"context"
	"time"
)

// Book knows how people are reached at this moment. It checks no permission.
// Who is not known, or is not to be reached, has the zero Contact.
type Book interface {
	// User is somebody with an account.
	User(ctx context.Context, id string) (Contact, error)
	// Patient has no address that is not safe to write to.
	Patient(ctx context.Context, id string) (Contact, error)
	// Organization is its shared mailbox and phone, not those who work there.
	Organization(ctx context.Context, id string) (Contact, error)
}

// Contact is how somebody is reached; what is empty is no way to them.
type Contact struct {
	Email string
	Phone string // E.164
	// Push is the id of a user whose browsers may be told; Endpoint of a webhook.
	Push, Endpoint string
	// Language is a BCP 47 tag; empty where it is not known.
	Language string
	// Zone is the time zone they live in; nil for UTC.
	Zone *time.Location
	// Safe answers the first instant from t on at which they may be written to,
	// and whether there is one at all; nil for always.
	Safe func(t time.Time) (at time.Time, ever bool)
}

// on answers the address on a channel.
func (c Contact) on(channel Channel) string {
	return map[Channel]string{Email: c.Email, SMS: c.Phone, Push: c.Push, Webhook: c.Endpoint}[channel]
}

// contact asks the book; what a user chose stands over it.
func (s *Service) contact(ctx context.Context, to Recipient) (Contact, Preferences, error) {
	none := Preferences{}
	switch {
	case to.UserID != "":
		p, err := s.of(ctx, to.UserID)
		if err != nil {
			return Contact{}, none, err
		}
		c, err := s.opt.Book.User(ctx, to.UserID)
		if err != nil || c.Email == "" {
			return Contact{}, none, err // no account that is in use
		}
		c.Phone, c.Push, c.Language = p.Phone, to.UserID, cmp.Or(p.Language, c.Language)
		if zone, err := time.LoadLocation(p.TimeZone); err == nil && p.TimeZone != "" {
			c.Zone = zone
		}
		return c, p, nil
	case to.PatientID != "":
		c, err := s.opt.Book.Patient(ctx, to.PatientID)
		return c, none, err
	case to.OrganizationID != "":
		c, err := s.opt.Book.Organization(ctx, to.OrganizationID)
		return c, none, err
	}
	return Contact{Email: to.Address, Phone: to.Address, Endpoint: to.EndpointID, Language: to.Language}, none, nil
}
