package notify

import "context"

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
	// Language is a BCP 47 tag; empty where it is not known.
	Language string
}

// on answers the address on a channel.
func (c Contact) on(channel Channel) string {
	switch channel {
	case Email:
		return c.Email
	case SMS:
		return c.Phone
	}
	return ""
}
