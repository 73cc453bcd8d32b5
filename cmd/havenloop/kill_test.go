package main

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/seed"
)

// asCommand makes the test binary the command itself.
const asCommand = "HAVENLOOP_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	con := &console{ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr, outside: toTestServers()}
	os.Exit(runWith(con, os.Args[1:]))
}

const (
	// killsUsual is how many times the server is killed unless HAVENLOOP_KILLS
	// says otherwise.
	killsUsual = 5
	// killAfter is the longest a server lives once the clients are signed in;
	// each fifth is killed while it starts.
	killAfter = 1500 * time.Millisecond
	// tellers is how many stories are told at the same time.
	tellers = 8
	// killSeed makes the moments of the kills the same each time.
	killSeed = 20261123
)

// TestKilledUnderLoad kills the server (SIGKILL) at random moments while
// clients tell stories of patients through its API: sends, broadcasts, moves,
// messages, answers, ended consents. After each kill, the folder holds all that
// was answered, and every open referral has a turn. In the end all stories are
// told, nothing happened twice, and everybody was told all their news: each
// once on the page, and as mail or as a text at least once, as are other
// systems, under one message id where the way has such a thing.
func TestKilledUnderLoad(t *testing.T) {
	kills := killsUsual
	if n, err := strconv.Atoi(os.Getenv("HAVENLOOP_KILLS")); err == nil {
		kills = n
	}
	k := &killed{t: t, data: t.TempDir(), outside: startOutside(t), random: rand.New(rand.NewPCG(killSeed, 0))}
	k.open(time.Now(), k.prepare)
	for n := range kills {
		k.plant(n)
		k.round(time.Duration(1+k.random.Int64N(int64(killAfter))), n%5 == 4)
		k.check()
		if t.Failed() {
			t.Fatalf("after kill %d", n+1)
		}
	}
	k.round(0, false)
	k.finish()
}

const killPassword = "seven herons over the weir"

// prepare loads the county, of whose people each other one wants mail and the
// rest texts, and whose agencies have systems that listen, as has the network.
func (k *killed) prepare(h *house) {
	k.t.Helper()
	ctx := k.t.Context()
	if err := loadSeed(ctx, h); err != nil {
		k.t.Fatal(err)
	}
	if _, err := h.Notify.Purge(ctx); err != nil { // else a server does it, after or before it sent them
		k.t.Fatal(err)
	}
	for i, a := range seed.Accounts() {
		own := identity.With(ctx, a.Actor())
		wishes := notify.Preferences{Channels: map[notify.Kind][]notify.Channel{}, Phone: phone(i), Digest: notify.AtOnce}
		for _, kind := range notify.Kinds() {
			wishes.Channels[kind] = []notify.Channel{way(i)}
		}
		_, err := h.Notify.SavePreferences(own, wishes)
		if slices.Contains(listeners, a.OrganizationID) && a.Role != identity.AgencyStaff {
			_, listens := h.Webhooks.Add(own, k.outside.hooks.url)
			err = errors.Join(err, listens)
		}
		if err = errors.Join(err, h.Accounts.SetPassword(asOperator(ctx), a.UserID, accounts.Secret(killPassword))); err != nil {
			k.t.Fatal(err)
		}
	}
}

// killed is what outlives the server: the clients, what they were answered,
// and those outside who are told.
type killed struct {
	t       *testing.T
	data    string
	outside outside
	random  *rand.Rand
	stories []*story
	told    [tellers]*story // those that are told now
	planted []string        // referrals on which nobody acts
}

// open opens the data folder in this process, with a clock that stands.
func (k *killed) open(now time.Time, do func(*house)) {
	k.t.Helper()
	log := slog.New(slog.DiscardHandler)
	store := storeSettings{Data: k.data, Storage: "sqlite:havenloop.db", Search: "memory"}
	senders, err := newSenders(k.outside.settings(), log)
	if err != nil {
		k.t.Fatal(err)
	}
	h, err := openHouse(k.t.Context(), store, ways{"http://localhost", senders, toTestServers()}, log)
	if err != nil {
		k.t.Fatal(err)
	}
	defer func() {
		if err := h.close(); err != nil {
			k.t.Fatal(err)
		}
	}()
	h.options.PasswordCost = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	if err := h.furnish(k.t.Context(), clock.NewFake(now).Now); err != nil {
		k.t.Fatal(err)
	}
	do(h)
}

// round lets a server live that long, from when the clients are signed in or,
// with early, from its start, and kills it while they tell their stories. With
// zero it lives until all stories are told, and is asked to stop.
func (k *killed) round(life time.Duration, early bool) {
	k.t.Helper()
	self, err := os.Executable()
	if err != nil {
		k.t.Fatal(err)
	}
	o := k.outside.settings()
	cmd := exec.CommandContext(k.t.Context(), self, "serve", "--data", k.data, "--addr", "127.0.0.1:0", "--log-level", "error",
		"--smtp", o.SMTP, "--mail-from", o.MailFrom, "--sms", o.SMS, "--sms-token", string(o.SMSToken), "--sms-from", o.SMSFrom)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	end := func() { time.AfterFunc(life, func() { _ = cmd.Process.Kill() }) }
	if life == 0 {
		end = func() { _ = cmd.Process.Signal(syscall.SIGTERM) }
	} else if early {
		end()
	}
	var clients sync.WaitGroup
	for lines := bufio.NewScanner(out); lines.Scan(); {
		base, ready := strings.CutPrefix(lines.Text(), "Havenloop is ready at ")
		if !ready {
			continue
		}
		clients.Go(func() {
			c, signedIn := k.signIn(base)
			switch {
			case !signedIn:
			case life == 0:
				k.tell(c, true)
				end()
			default:
				end()
				k.tell(c, false)
			}
		})
	}
	clients.Wait()
	err = cmd.Wait()
	if life == 0 && err != nil || life > 0 && (err == nil || !strings.Contains(err.Error(), "killed")) {
		k.t.Fatalf("the server ended by itself: %v", err)
	}
}

// signIn makes a client for those who work in the stories; false when the
// server is gone.
func (k *killed) signIn(base string) (*client, bool) {
	c := &client{t: k.t, base: base, tokens: map[string]string{}}
	for _, name := range []string{"vega", "harris", "flores"} {
		if !c.signIn(name) {
			return nil, false
		}
	}
	return c, true
}

// tell goes on with the stories, and begins new ones unless it is for the last
// time, until the server is gone.
func (k *killed) tell(c *client, last bool) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for w := range k.told {
		wg.Go(func() {
			for {
				if s := k.told[w]; s == nil || s.atEnd() {
					if last {
						return
					}
					mu.Lock()
					k.told[w] = newStory(len(k.stories))
					k.stories = append(k.stories, k.told[w])
					mu.Unlock()
				}
				if !k.told[w].goOn(c) {
					return
				}
			}
		})
	}
	wg.Wait()
}
