// Package servertest opens the whole server for tests: embedded engines, the
// made-up county, and a clock that stands.
package servertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server"
)

// Now is where the clock stands at first: a Wednesday at 10:30 in the county.
var Now = time.Date(2026, 3, 18, 17, 30, 0, 0, time.UTC)

// Password is that of every account.
const Password = "seven herons over the weir"

// BaseURL is the address of the server.
const BaseURL = "http://127.0.0.1:8080"

// ControlToken opens the commands' door.
const ControlToken = "control-token-of-the-test"

// House is an opened server.
type House struct {
	server.Rooms
	Server  *server.Server
	Handler http.Handler
	Clock   *clock.Fake
	// Log holds what was logged.
	Log *bytes.Buffer
	// Texts are the text messages that were sent.
	Texts *Texts
	// Elsewhere is what the server reaches of the internet: nothing, until a
	// test answers.
	Elsewhere *Elsewhere
	tokens    map[string]string
}

// cheap hashes passwords fast; nobody attacks a test.
var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Open opens a server with the made-up county, on a database of its own.
func Open(t testing.TB) *House {
	t.Helper()
	content, err := county()
	if err != nil {
		t.Fatalf("make the county: %v", err)
	}
	file := filepath.Join(t.TempDir(), "county.db")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	engine, err := sqlite.Open(context.Background(), file)
	if err != nil {
		t.Fatalf("open the engine: %v", err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Errorf("close the engine: %v", err)
		}
	})
	return OpenOn(t, engine, slog.LevelDebug)
}

// OpenOn opens a server on an engine, which the caller closes, and puts the
// county there unless it is there already. What is less than level is not logged.
func OpenOn(t testing.TB, engine docstore.Engine, level slog.Level) *House {
	t.Helper()
	h := &House{Clock: clock.NewFake(Now), Log: &bytes.Buffer{}, Texts: &Texts{}, Elsewhere: &Elsewhere{}, tokens: map[string]string{}}
	log := slog.New(slog.NewTextHandler(h.Log, &slog.HandlerOptions{Level: level}))
	if err := h.furnish(context.Background(), engine, log); err != nil {
		t.Fatalf("open the rooms: %v", err)
	}
	s, err := server.New(h.Rooms, server.Options{
		BaseURL: BaseURL, Key: key, Now: h.Clock.Now, Log: log,
		Control: server.Control{Token: ControlToken, Run: func(_ context.Context, args []string, _ io.Reader, out io.Writer) int {
			_, _ = io.WriteString(out, strings.Join(args, " "))
			return len(args)
		}},
	})
	if err != nil {
		t.Fatalf("make the server: %v", err)
	}
	h.Server, h.Handler = s, s.Handler()
	return h
}

// key is the master key of the tests.
var key = []byte(strings.Repeat("k", 32))

// county is a database file with the county, told once for all tests.
var county = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "county-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "county.db")
	engine, err := sqlite.Open(context.Background(), file)
	if err != nil {
		return nil, err
	}
	h := &House{Clock: clock.NewFake(Now), Texts: &Texts{}, Elsewhere: &Elsewhere{}}
	err = h.furnish(context.Background(), engine, slog.New(slog.DiscardHandler))
	if err = errors.Join(err, engine.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// furnish opens the rooms and loads the county with passwords.
func (h *House) furnish(ctx context.Context, engine docstore.Engine, log *slog.Logger) error {
	var err error
	h.Rooms, err = server.OpenRooms(ctx, server.RoomOptions{
		Engine: engine, Index: memory.New(), IndexInProcess: true, Key: key, BaseURL: BaseURL,
		Holder: "test", PasswordCost: cheap, Now: h.Clock.Now, Log: log,
		Senders: map[notify.Channel]notify.Sender{notify.SMS: h.Texts}, Outside: &http.Client{Transport: h.Elsewhere},
	})
	if err != nil {
		return err
	}
	ctx = identity.With(ctx, identity.SystemActor("test"))
	if _, err := h.Accounts.Organization(ctx, seed.ID("network")); err == nil {
		return nil
	}
	err = seed.Load(ctx, seed.Services{
		Clock: h.Clock, Accounts: h.Accounts, Patients: h.Patients, Screening: h.Screening,
		Directory: h.Directory, Referrals: h.Referrals, Drain: h.Relay.Drain,
	})
	if err != nil {
		return err
	}
	for _, a := range seed.Accounts() {
		if err := h.Accounts.SetPassword(ctx, a.UserID, accounts.Secret(Password)); err != nil {
			return err
		}
	}
	return h.Relay.Drain(ctx)
}

// Texts takes text messages, as the phones of patients would.
type Texts struct {
	mu  sync.Mutex
	all []notify.Message
}

// Send keeps m.
func (x *Texts) Send(_ context.Context, m notify.Message) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all = append(x.all, m)
	return nil
}

// Last is the message sent last; none is the zero message.
func (x *Texts) Last() notify.Message {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.all) == 0 {
		return notify.Message{}
	}
	return x.all[len(x.all)-1]
}

// All are the messages that were sent, the first one first.
func (x *Texts) All() []notify.Message {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.all)
}

// LastTo is the message sent last to a number; none is the zero message.
func (x *Texts) LastTo(number string) notify.Message {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, m := range slices.Backward(x.all) {
		if m.To == number {
			return m
		}
	}
	return notify.Message{}
}

// Answer is what the server answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON decodes the body.
func (a Answer) JSON(t testing.TB) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(a.Body, &m); err != nil {
		t.Fatalf("answer %d is no JSON object: %v: %.200s", a.Status, err, a.Body)
	}
	return m
}

// Account finds a person of the county by the word before the @ of the email address.
func Account(t testing.TB, name string) seed.Account {
	t.Helper()
	for _, a := range seed.Accounts() {
		if strings.HasPrefix(a.Email, name+"@") {
			return a
		}
	}
	t.Fatalf("the county has no account %s", name)
	return seed.Account{}
}

// Token signs the person in to the API, once as long as the clock stands.
func (h *House) Token(t testing.TB, name string) string {
	t.Helper()
	if token, ok := h.tokens[name]; ok {
		return token
	}
	body, _ := json.Marshal(map[string]string{"email": Account(t, name).Email, "password": Password})
	a := h.Send(t, http.MethodPost, "/api/v1/auth/login", string(body), nil)
	token, _ := a.JSON(t)["accessToken"].(string)
	if token == "" {
		t.Fatalf("sign-in of %s = %d %s", name, a.Status, a.Body)
	}
	h.tokens[name] = token
	return token
}

// Do sends a JSON request to the API as the person, "" for nobody, and holds
// the answer against the description of the API.
func (h *House) Do(t testing.TB, as, method, path, body string) Answer {
	t.Helper()
	header := http.Header{}
	if as != "" {
		header.Set("Authorization", "Bearer "+h.Token(t, as))
	}
	a := h.Send(t, method, path, body, header)
	Hold(t, method, path, a)
	return a
}

// Send sends a request; a body is JSON unless the header says otherwise.
func (h *House) Send(t testing.TB, method, path, body string, header http.Header) Answer {
	t.Helper()
	req := httptest.NewRequest(method, BaseURL+path, strings.NewReader(body))
	req.RemoteAddr = "127.0.0.1:5000"
	for k, v := range header {
		req.Header[k] = v
	}
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	h.Handler.ServeHTTP(rec, req)
	return Answer{Status: rec.Code, Header: rec.Result().Header, Body: rec.Body.Bytes()}
}
