package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// checkAfter is how long after it was put a file is looked at by Purge: long
// enough for the slowest request to store the owner.
const checkAfter = time.Hour

// New is a file to be kept.
type New struct {
	OwnerKind, OwnerID string
	// Name is what the sender calls it; it is made safe.
	Name string
	Body io.Reader
}

// Put keeps a file. It reads no more than MaxSize bytes and refuses what is
// larger, what is none of the known types, and images with more points than
// anybody needs; then nothing is stored. Pictures are kept without the notes
// that phones put in, such as where they were taken. The owner has to refer to
// the file within the hour.
func (s *Service) Put(ctx context.Context, n New) (File, error) {
	content, err := readAll(n.Body)
	if err != nil {
		return File{}, err
	}
	kind, err := Sniff(content)
	if err == nil {
		content, err = clean(kind, content)
	}
	if err != nil {
		return File{}, err
	}
	now, sum := s.Now(), sha256.Sum256(content)
	f := File{
		Meta:      docstore.Meta{ID: uuid.Must(uuid.NewV7()).String()},
		OwnerKind: n.OwnerKind, OwnerID: n.OwnerID, Name: SafeName(n.Name, kind), Type: kind,
		Size: int64(len(content)), Sum: hex.EncodeToString(sum[:]), Chunks: (len(content) + chunkSize - 1) / chunkSize,
		At: now, ByID: identity.From(ctx).ID, CheckAt: now.Add(checkAfter),
	}
	if err := s.files.Insert(ctx, &f); err != nil {
		return File{}, fmt.Errorf("put file: %w", err)
	}
	for i := range f.Chunks {
		c := chunk{Meta: docstore.Meta{ID: chunkID(f.ID, i)}, Data: content[i*chunkSize : min((i+1)*chunkSize, len(content))]}
		if err := s.chunks.Insert(ctx, &c); err != nil {
			return File{}, fmt.Errorf("put chunk %d of file %s: %w", i, f.ID, err)
		}
	}
	f.Whole = true
	if err := s.files.Replace(ctx, &f); err != nil {
		return File{}, fmt.Errorf("put file %s: %w", f.ID, err)
	}
	return f, nil
}

// ErrTooLarge refuses a file of more than MaxSize bytes.
var ErrTooLarge = input(fault.New(fault.TooLong, "This file is too large. Choose one of at most %d MB.", MaxSize>>20))

func chunkID(fileID string, i int) string { return fmt.Sprintf("%s/%04d", fileID, i) }

// readAll reads a body that is not larger than MaxSize.
func readAll(r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(r, MaxSize+1))
	switch {
	case n > MaxSize:
		return nil, ErrTooLarge
	case err != nil:
		return nil, fmt.Errorf("read file: %w", err)
	case n == 0:
		return nil, input(fault.New(fault.Invalid, "This file is empty. Choose another one."))
	}
	return b.Bytes(), nil
}

// input makes f a fault of the input "files", where the page shows it.
func input(f *fault.Error) error {
	f.Fields = []fault.Field{{Name: "files", Format: f.Format, Args: f.Args}}
	return f
}
