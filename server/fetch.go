package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/outward"
)

// fetchTime is the longest that fetching a feed may take.
const fetchTime = 10 * time.Minute

// fetch writes what is at a public web address to a file. It looks at the
// address that is really connected to, after names and redirects, so that nobody
// reads through it what only this machine can see.
func fetch(ctx context.Context, address string, to *os.File) error {
	ctx, stop := context.WithTimeout(ctx, fetchTime)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return imports.ErrUnreachable
	}
	res, err := publicOnly.Do(req)
	if errors.Is(err, outward.ErrPrivate) {
		return imports.ErrPrivate
	}
	if err != nil {
		return errors.Join(imports.ErrUnreachable, err)
	}
	defer res.Body.Close() //nolint:errcheck // it was only read
	if res.StatusCode != http.StatusOK {
		return imports.ErrUnreachable
	}
	n, err := io.Copy(to, io.LimitReader(res.Body, imports.MaxFile+1))
	if n > imports.MaxFile {
		return fault.New(fault.TooLong, "The file is too large. Send at most %d MB.", imports.MaxFile>>20)
	}
	return err
}

// publicOnly connects to public addresses alone.
var publicOnly = outward.Client()
