// Package files keeps what people attach: a document about each file, and its
// bytes in chunks that are documents of their own, so that every engine of
// internal/docstore serves them. It checks no permission: the room that owns a
// file does, before it asks for one.
//
// A file is stored in this order: its document, not yet whole; its chunks; the
// document again, whole. Only a whole file can be opened, so a crash in the
// middle leaves nothing half visible. Purge removes what such a crash left, and
// whole files that their owner never came to keep.
package files

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// MaxSize is the most bytes of one file. Our own decision: the photos of
// today's phones and scanned forms of some pages fit.
const MaxSize = 10 << 20

// chunkSize is the most bytes of one chunk. As JSON a chunk is a third larger,
// far below the 16 MiB of a MongoDB document, and short enough that the one
// writer of SQLite is soon free for others.
const chunkSize = 256 << 10

// File is what is known of a file.
type File struct {
	docstore.Meta
	// OwnerKind and OwnerID name the record that the file belongs to, for
	// example "message" and the id of the message.
	OwnerKind string `json:"ownerKind"`
	OwnerID   string `json:"ownerId"`
	Name      string `json:"name"` // safe to show and to save under
	Type      Type   `json:"type"` // found in the content
	Size      int64  `json:"size"` // bytes
	// Sum is the SHA-256 of the content, in hexadecimal digits.
	Sum    string    `json:"sha256"`
	Chunks int       `json:"chunks"`
	At     time.Time `json:"at"`
	ByID   string    `json:"byId"`
	// Whole says that all chunks are stored.
	Whole bool `json:"whole"`
	// CheckAt is when Purge looks at the file next; zero once its owner keeps it.
	CheckAt time.Time `json:"checkAt,omitzero"`
}

// chunk is a part of a file's content. Its id is made of the file's and its number.
type chunk struct {
	docstore.Meta
	Data []byte `json:"data"`
}

var fileSpec = docstore.Spec[File]{
	Name: "files", Schema: 1,
	Meta:    func(f *File) *docstore.Meta { return &f.Meta },
	Keys:    docstore.Keys[File]{"check": func(f File) docstore.Value { return docstore.Time(f.CheckAt) }},
	Kinds:   map[string]docstore.Kind{"check": docstore.IntKind},
	Indexes: []docstore.Index{{"check"}},
}

var chunkSpec = docstore.Spec[chunk]{
	Name: "file_chunks", Schema: 1,
	Meta: func(c *chunk) *docstore.Meta { return &c.Meta },
}

// Options are what the service needs from others.
type Options struct {
	Now clock.Now
	// Kept tells whether the owner of a whole file refers to it. It is asked
	// once, some time after the file was put.
	Kept func(ctx context.Context, f File) (bool, error)
}

// Service keeps files.
type Service struct {
	Options
	files  *docstore.Collection[File]
	chunks *docstore.Collection[chunk]
}

// Open opens the collections of files.
func Open(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	s := &Service{Options: o}
	var err error
	if s.files, err = docstore.Open(ctx, e, fileSpec); err != nil {
		return nil, err
	}
	s.chunks, err = docstore.Open(ctx, e, chunkSpec)
	return s, err
}
