package accounts

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Times of refresh tokens. Sources: RFC 9700, 4.14.2 (rotation, and the end of
// all tokens when one is used twice); the grace lets two tabs refresh at once.
const (
	familyTimeout = 30 * 24 * time.Hour
	refreshGrace  = 30 * time.Second
)

// family is one sign-in through the API: a chain of refresh tokens of which
// only the last is good. A token reads "family.random"; what is stored is its
// fingerprint.
type family struct {
	docstore.Meta
	UserID    string    `json:"userId"`
	CreatedAt time.Time `json:"createdAt"`
	// Current is the fingerprint of the token that may be used, Previous of the
	// one before it, used at RotatedAt.
	Current   string    `json:"current"`
	Previous  string    `json:"previous,omitempty"`
	RotatedAt time.Time `json:"rotatedAt,omitzero"`
	// Salt makes, together with the previous token, the current one: who sends
	// the previous again gets the same successor, though it is not stored, and
	// who has only the store or only the old token cannot make it.
	Salt []byte `json:"salt,omitempty"`
}

var familySpec = docstore.Spec[family]{
	Name:   "token_families",
	Schema: 1,
	Meta:   func(f *family) *docstore.Meta { return &f.Meta },
	Keys: docstore.Keys[family]{
		"user":    func(f family) docstore.Value { return docstore.String(f.UserID) },
		"expires": func(f family) docstore.Value { return docstore.Time(f.expires()) },
	},
	Kinds:   map[string]docstore.Kind{"expires": docstore.IntKind},
	Indexes: []docstore.Index{{"user"}, {"expires"}},
}

func (f family) expires() time.Time { return f.CreatedAt.Add(familyTimeout) }

// StartTokens begins a family of refresh tokens of a user who proved who they
// are, and answers the first. The family's id is the "sid" of access tokens.
func (s *Service) StartTokens(ctx context.Context, userID string) (refresh, familyID string, err error) {
	f := family{UserID: userID, CreatedAt: s.now()}
	f.ID = uuid.NewString()
	refresh = f.ID + "." + newToken()
	f.Current = fingerprint(refresh)
	return refresh, f.ID, s.families.Insert(ctx, &f)
}

// errUnchanged ends an Update that has nothing to store.
var errUnchanged = errors.New("unchanged")

// Refresh takes a refresh token, which is then used up, and answers whose it
// is and its successor. Used again within 30 seconds it has the same successor;
// used again later it ends the family, since one of the two who used it is a
// thief. All failures are a fault.Login.
func (s *Service) Refresh(ctx context.Context, refresh string) (identity.Actor, string, error) {
	id, _, ok := strings.Cut(refresh, ".")
	if !ok || id == "" {
		return identity.Actor{}, "", errEnded
	}
	var next string
	var stolen bool
	used, now := fingerprint(refresh), s.now()
	f, err := s.families.Update(ctx, id, func(f *family) error {
		next, stolen = "", false
		switch {
		case !now.Before(f.expires()):
			return errEnded
		case same(used, f.Current):
			f.Salt = make([]byte, tokenBytes)
			_, _ = rand.Read(f.Salt) // never fails; see crypto/rand
			next = f.successor(refresh)
			f.Previous, f.Current, f.RotatedAt = f.Current, fingerprint(next), now
			return nil
		case same(used, f.Previous) && now.Sub(f.RotatedAt) <= refreshGrace:
			next = f.successor(refresh)
			return errUnchanged
		default:
			stolen = true
			return errUnchanged
		}
	})
	if stolen {
		err = errors.Join(s.EndTokens(ctx, id), errEnded)
	}
	if err != nil && (stolen || !errors.Is(err, errUnchanged)) {
		return identity.Actor{}, "", ended(err)
	}
	if f.ID == "" {
		if f, err = s.families.Get(ctx, id); err != nil {
			return identity.Actor{}, "", ended(err)
		}
	}
	actor, err := s.activeUser(ctx, f.UserID, id)
	return actor, next, err
}

// successor is the token that follows the one just used.
func (f *family) successor(used string) string {
	mac := hmac.New(sha256.New, f.Salt)
	mac.Write([]byte(used))
	return f.ID + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Tokens tells who is behind a family of tokens, as it is now. It fails with a
// fault.Login when the family is over or its user disabled; a change elsewhere
// is seen within 5 seconds.
func (s *Service) Tokens(ctx context.Context, familyID string) (identity.Actor, error) {
	return s.actors.get(familyID, s.now, func() (entry, error) {
		f, err := s.families.Get(ctx, familyID)
		if err != nil {
			return entry{}, ended(err)
		}
		if !s.now().Before(f.expires()) {
			return entry{}, errEnded
		}
		actor, err := s.activeUser(ctx, f.UserID, familyID)
		return entry{actor: actor, until: f.expires()}, err
	})
}

// EndTokens ends the family with the id, or the one of a refresh token. One
// that is over already is no error.
func (s *Service) EndTokens(ctx context.Context, familyIDOrRefresh string) error {
	id, _, _ := strings.Cut(familyIDOrRefresh, ".")
	if id == "" {
		return nil
	}
	defer s.actors.drop(id)
	return remove(ctx, s.families, id)
}
