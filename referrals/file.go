package referrals

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/identity"
)

// ownerReferral is the kind of files that hang on messages and notes of a referral.
const ownerReferral = "referral"

// FileRef names a file that is kept with a record.
type FileRef struct {
	ID   string     `json:"id"`
	Name string     `json:"name"`
	Type files.Type `json:"type"`
	Size int64      `json:"size"` // bytes
	// SeenBy lists who opened it on the other side; found when it is listed.
	SeenBy []Reader `json:"seenBy,omitempty"`
}

func refOf(f files.File) FileRef { return FileRef{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size} }

// AddFile takes a file that the next message or note on the referral carries.
// Without one within the hour it is removed; nobody sees it before.
func (s *Service) AddFile(ctx context.Context, id, name string, body io.Reader) (FileRef, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return FileRef{}, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return FileRef{}, err
	}
	if err := v.mayAct(); err != nil { // whether a message may carry it is asked when there is one
		return FileRef{}, err
	}
	f, err := s.Files.Put(ctx, files.New{OwnerKind: ownerReferral, OwnerID: r.ID, Name: name, Body: body})
	return refOf(f), err
}

// attachWithin is how long before its removal a file is no longer taken, so
// that the message is stored before somebody asks for it.
const attachWithin = 10 * time.Minute

// attach finds the files of a new message: put by its writer for this referral,
// and not sent before.
func (s *Service) attach(ctx context.Context, r Referral, v viewer, ids []string) ([]FileRef, error) {
	var out []FileRef
	for _, id := range ids {
		f, _, err := s.Files.Open(ctx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		var wrong fault.Fields
		ours := err == nil && f.OwnerKind == ownerReferral && f.OwnerID == r.ID && f.ByID == v.actor.ID
		wrong.Check(ours && s.Now().Add(attachWithin).Before(f.CheckAt), "files", "A file is no longer there. Choose it again.")
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		out = append(out, refOf(f))
	}
	return out, nil
}

// OpenFile answers a file of a message that the asker may read, or of a note of
// their own organization. It counts as seen from now on.
func (s *Service) OpenFile(ctx context.Context, id, fileID string) (files.File, io.Reader, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return files.File{}, nil, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return files.File{}, nil, err
	}
	messages, err := s.visible(ctx, r, v)
	if err != nil {
		return files.File{}, nil, err
	}
	at := slices.IndexFunc(messages, func(m Message) bool { return has(m.Files, fileID) })
	if at < 0 {
		if err := s.onNote(ctx, r, v, fileID); err != nil {
			return files.File{}, nil, err
		}
	}
	if v.party == Agency {
		if err := s.Audit.Saw(ctx, "referral.file.read", r.PatientID, "referrals/"+r.ID); err != nil {
			return files.File{}, nil, err
		}
	}
	if at >= 0 && messages[at].Party != v.party {
		if err := s.markSeen(ctx, r, v, fileID); err != nil {
			return files.File{}, nil, err
		}
	}
	return s.Files.Open(ctx, fileID)
}

// onNote tells whether a note that v may read carries the file; without one the
// file does not exist.
func (s *Service) onNote(ctx context.Context, r Referral, v viewer, fileID string) error {
	if v.withheld == withheldConsent {
		return docstore.ErrNotFound
	}
	notes, err := s.notesOf(ctx, r.ID, v.organization(r))
	if err == nil && !slices.ContainsFunc(notes, func(n Note) bool { return has(n.Files, fileID) }) {
		err = docstore.ErrNotFound
	}
	return err
}

func has(list []FileRef, fileID string) bool {
	return slices.ContainsFunc(list, func(f FileRef) bool { return f.ID == fileID })
}

// KeepsFile tells whether the record that a file was put for refers to it; for
// the job that removes the others.
func (s *Service) KeepsFile(ctx context.Context, f files.File) (bool, error) {
	keepers := map[string]func(context.Context, files.File) (bool, error){
		ownerReferral: s.talkKeeps,
		ownerConsent:  s.consentKeeps,
	}
	keeps, ok := keepers[f.OwnerKind]
	if !ok {
		return false, fmt.Errorf("file %s: no records are called %q", f.ID, f.OwnerKind)
	}
	kept, err := keeps(ctx, f)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return kept, err
}

// talkKeeps tells whether a message or a note carries the file.
func (s *Service) talkKeeps(ctx context.Context, f files.File) (bool, error) {
	r, err := s.referrals.Get(ctx, f.OwnerID)
	if err != nil {
		return false, err
	}
	messages, err := s.messagesOf(ctx, r.ID)
	kept := slices.ContainsFunc(messages, func(m Message) bool { return has(m.Files, f.ID) })
	for _, organization := range []string{r.Sender.ID, r.Agency.ID} {
		if kept || err != nil {
			break
		}
		var notes []Note
		notes, err = s.notesOf(ctx, r.ID, organization)
		kept = slices.ContainsFunc(notes, func(n Note) bool { return has(n.Files, f.ID) })
	}
	return kept, err
}
