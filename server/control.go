package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// Control lets commands on this machine act through the running server, which
// alone owns the data folder.
type Control struct {
	// Token is what the command must know; it reads it from a file in the data
	// folder that only the owner may read.
	Token string
	// Run carries out a command line and answers with its exit code.
	Run func(ctx context.Context, args []string, in io.Reader, out io.Writer) int
}

// ExitTrailer is the HTTP trailer with the exit code of a command.
const ExitTrailer = "Havenloop-Exit"

// control handles POST /control/run: the command line stands in repeated "arg"
// headers, its input in the body; the answer is its output as it comes and the
// exit code in a trailer. Whoever is not on this machine or does not know the
// token finds nothing here.
func (s *Server) control(c echo.Context) error {
	r := c.Request()
	if !local(r) || !bearer(r, s.opts.Control.Token) {
		return docstore.ErrNotFound
	}
	args := r.Header.Values("Havenloop-Arg")
	if len(args) == 0 {
		return fault.New(fault.Invalid, "Name a command.")
	}
	w := c.Response()
	if err := endless(w); err != nil {
		return err
	}
	w.Header().Set(echo.HeaderContentType, echo.MIMETextPlainCharsetUTF8)
	w.Header().Set("Trailer", ExitTrailer)
	w.WriteHeader(http.StatusOK)
	code := s.opts.Control.Run(r.Context(), args, r.Body, flushing{w})
	w.Header().Set(ExitTrailer, strconv.Itoa(code))
	return nil
}

// endless lifts the time-outs of the server from one exchange: a command takes
// as long as it takes.
func endless(w http.ResponseWriter) error {
	exchange := http.NewResponseController(w)
	for _, lift := range []func(time.Time) error{exchange.SetReadDeadline, exchange.SetWriteDeadline} {
		if err := lift(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	return nil
}

// flushing sends on every write at once, so that progress is seen.
type flushing struct{ *echo.Response }

func (f flushing) Write(b []byte) (int, error) {
	n, err := f.Response.Write(b)
	f.Flush()
	return n, err
}
