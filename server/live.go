package server

import (
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
)

const (
	// liveBeat is how often a stream looks whether its person is still signed in.
	liveBeat = 3 * time.Second
	// liveBreath is after how many beats without news something is sent, so that
	// proxies and phones keep the connection.
	liveBreath = 5
	// liveWrite is how long a client may take to receive something.
	liveWrite = 10 * time.Second
)

// live answers GET /live: a stream of what changes (Server-Sent Events), as
// lines {topic, id} without any content. It ends within seconds when the person
// signs out, is disabled or works elsewhere from now on.
func (s *Server) live(c echo.Context) error {
	ctx := c.Request().Context()
	actor := identity.From(ctx)
	stream, err := s.rooms.Live.join(actor, c.Request().Header.Get("Last-Event-ID"))
	if err != nil {
		return err
	}
	defer s.rooms.Live.leave(stream)
	control := http.NewResponseController(c.Response())
	// The server's time-outs are for requests that end; where there are none, as
	// in tests, none is moved.
	_ = control.SetReadDeadline(time.Time{})
	send := func(text string) error {
		_ = control.SetWriteDeadline(time.Now().Add(liveWrite))
		if _, err := io.WriteString(c.Response(), text); err != nil {
			return err
		}
		return control.Flush()
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "text/event-stream")
	header.Set("X-Accel-Buffering", "no") // nginx would keep it back
	c.Response().WriteHeader(http.StatusOK)
	if send("retry: 3000\n\n") != nil {
		return nil // the page is gone
	}
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	for quiet := 0; ; quiet++ {
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-stream.wake:
			if !open {
				return nil
			}
		case <-beat.C:
			if now, err := s.rooms.Accounts.Alive(ctx, actor.SessionID); err != nil || now.Role != actor.Role || now.OrganizationID != actor.OrganizationID {
				return nil
			}
		}
		text := s.rooms.Live.take(stream)
		if text == "" && quiet >= liveBreath {
			text = ":\n\n"
		}
		if text != "" {
			quiet = 0
			if send(text) != nil {
				return nil
			}
		}
	}
}
