package referrals

import (
	"context"
	"fmt"
	"io"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/identity"
)

// ownerConsent is what files call the record of a signed page.
const ownerConsent = "consent"

// AddSignedPage adds the photo or scan of the page that was signed to a
// written consent. A page that is there already is replaced: the latest counts.
func (s *Service) AddSignedPage(ctx context.Context, consentID, name string, body io.Reader) (Consent, error) {
	actor, err := identity.Require(ctx, identity.ConsentsWrite)
	if err != nil {
		return Consent{}, err
	}
	c, err := s.ownConsent(ctx, actor, consentID)
	if err != nil {
		return Consent{}, err
	}
	if c.Method != Written {
		return Consent{}, fault.New(fault.Conflict, "This consent was not signed on paper, so it has no page.")
	}
	f, err := s.Files.Put(ctx, files.New{OwnerKind: ownerConsent, OwnerID: c.ID, Name: name, Body: body})
	if err != nil {
		return Consent{}, err
	}
	now := s.Now()
	c, err = s.consents.Update(ctx, c.ID, func(c *Consent) error {
		c.Signature.FileID = f.ID
		c.Emit(now, "consent.signed", c.about())
		return nil
	})
	if err != nil {
		return Consent{}, fmt.Errorf("add page to consent %s: %w", consentID, err)
	}
	return c, nil
}

// SignedPage opens the signed page of a consent; it is recorded as read.
func (s *Service) SignedPage(ctx context.Context, consentID string) (files.File, io.Reader, error) {
	actor, err := identity.Require(ctx, identity.ConsentsRead)
	if err != nil {
		return files.File{}, nil, err
	}
	c, err := s.ownConsent(ctx, actor, consentID)
	if err == nil && c.Signature.FileID == "" {
		err = docstore.ErrNotFound
	}
	if err == nil {
		err = s.Audit.Saw(ctx, "consent.page.read", c.PatientID, "consents/"+c.ID)
	}
	if err != nil {
		return files.File{}, nil, err
	}
	return s.Files.Open(ctx, c.Signature.FileID)
}

// consentKeeps tells whether the file is the signed page of its consent.
func (s *Service) consentKeeps(ctx context.Context, f files.File) (bool, error) {
	c, err := s.consents.Get(ctx, f.OwnerID)
	return c.Signature.FileID == f.ID, err
}
