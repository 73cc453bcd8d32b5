package referrals

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/identity"
)

// ownerConsent is what files call the record of a signed page.
const ownerConsent = "consent"

// AddSignedPage adds the photo or scan of the page that was signed to a
// written consent. The latest counts; one that was there already stays as history.
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
		if before := c.Signature.FileID; before != "" {
			c.Signature.Earlier = append(slices.Clone(c.Signature.Earlier), EarlierPage{before, now, actor.Name})
		}
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
	return s.openPage(ctx, consentID, func(s Signature) string { return s.FileID })
}

// EarlierPage opens a page that was replaced, by its place in the history; it
// is recorded as read.
func (s *Service) EarlierPage(ctx context.Context, consentID string, place int) (files.File, io.Reader, error) {
	return s.openPage(ctx, consentID, func(s Signature) string {
		if place < 0 || place >= len(s.Earlier) {
			return ""
		}
		return s.Earlier[place].FileID
	})
}

func (s *Service) openPage(ctx context.Context, consentID string, which func(Signature) string) (files.File, io.Reader, error) {
	actor, err := identity.Require(ctx, identity.ConsentsRead)
	if err != nil {
		return files.File{}, nil, err
	}
	c, err := s.ownConsent(ctx, actor, consentID)
	fileID := which(c.Signature)
	if err == nil && fileID == "" {
		err = docstore.ErrNotFound
	}
	if err == nil {
		err = s.Audit.Saw(ctx, "consent.page.read", c.PatientID, "consents/"+c.ID)
	}
	if err != nil {
		return files.File{}, nil, err
	}
	return s.Files.Open(ctx, fileID)
}

// consentKeeps tells whether the file is, or was, the signed page of its consent.
func (s *Service) consentKeeps(ctx context.Context, f files.File) (bool, error) {
	c, err := s.consents.Get(ctx, f.OwnerID)
	was := slices.ContainsFunc(c.Signature.Earlier, func(e EarlierPage) bool { return e.FileID == f.ID })
	return was || c.Signature.FileID == f.ID, err
}
