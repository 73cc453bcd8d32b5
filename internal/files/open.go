package files

import (
	"context"
	"fmt"
	"io"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Open answers a whole file and its content, which is read from the store as
// it is needed. A file that is not whole does not exist.
func (s *Service) Open(ctx context.Context, id string) (File, io.Reader, error) {
	f, err := s.files.Get(ctx, id)
	if err == nil && !f.Whole {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return File{}, nil, fmt.Errorf("open file %s: %w", id, err)
	}
	return f, &content{ctx: ctx, chunks: s.chunks, file: f}, nil
}

// content reads the chunks of a file one after the other.
type content struct {
	ctx    context.Context
	chunks *docstore.Collection[chunk]
	file   File
	next   int    // the chunk to read next
	rest   []byte // of the chunk read last
}

// Read implements io.Reader.
func (c *content) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		if c.next == c.file.Chunks {
			return 0, io.EOF
		}
		part, err := c.chunks.Get(c.ctx, chunkID(c.file.ID, c.next))
		if err != nil {
			return 0, fmt.Errorf("chunk %d of file %s: %w", c.next, c.file.ID, err)
		}
		c.rest = part.Data
		c.next++
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}
