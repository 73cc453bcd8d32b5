package server

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/notify/webhook"
	"github.com/havenloop/havenloop/internal/notify/webpush"
	"github.com/havenloop/havenloop/internal/outward"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/sealed"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/figures"
	"github.com/havenloop/havenloop/referrals/guests"
	"github.com/havenloop/havenloop/referrals/joining"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
	"github.com/havenloop/havenloop/screening/self"
)

// Rooms are the services that the server puts on the web.
type Rooms struct {
	Engine    docstore.Engine
	Index     directory.Index
	Relay     *docstore.Relay
	Leases    *docstore.Leases
	Accounts  *accounts.Service
	Audit     *audit.Log
	Notify    *notify.Service
	Webhooks  *webhook.Service
	WebPush   *webpush.Service
	Words     notify.Words
	Network   *network.Service
	Links     *links.Service
	Self      *self.Service
	Patients  *patients.Service
	Screening *screening.Service
	Directory *directory.Directory
	Imports   *imports.Service
	Files     *files.Service
	Live      *Live
	Referrals *referrals.Service
	Figures   *figures.Service
	Sealed    *sealed.Service
	Visits    *visits.Service
	Guests    *guests.Service
	Joining   *joining.Service

	kept *keptIndex // nil: the index is not kept
}

// RoomOptions are the settings of the rooms.
type RoomOptions struct {
	Engine docstore.Engine
	Index  directory.Index
	// IndexInProcess says that the index lives in this process: it is filled
	// now, and every process feeds its own.
	IndexInProcess bool
	// IndexFile is where SaveIndex keeps the index of this process for the next
	// start; "" for nowhere. Only where the process alone has the store.
	IndexFile string
	// SearchFallback answers searches from the store while the index is away.
	SearchFallback bool
	// Holder names this process where it alone can own the store; "" for a new name.
	Holder string
	// Uploads is the folder for files that wait to be imported; "" for one among
	// the temporary files.
	Uploads string
	// Key is the master key; keys for each purpose are derived from it.
	Key []byte
	// BaseURL stands in notices; Senders are the ways they leave.
	BaseURL string
	Senders map[notify.Channel]notify.Sender
	// Outside calls webhooks and the push services of browsers, whose addresses
	// people typed in; nil for a client that reaches public ones alone.
	Outside *http.Client
	// PasswordCost is the cost of password hashes; zero for the usual one.
	PasswordCost argon2id.Params
	Now          clock.Now
	Log          *slog.Logger
}

// OpenRooms makes all rooms on an engine, with one clock.
func OpenRooms(ctx context.Context, o RoomOptions) (r Rooms, err error) {
	r = Rooms{Engine: o.Engine, Index: o.Index}
	if err := r.openPeople(ctx, o); err != nil {
		return r, err
	}
	if r.Network, err = network.New(ctx, o.Engine, network.Options{Now: o.Now, Instrument: r.hasInstrument}); err != nil {
		return r, err
	}
	if r.Screening, err = screening.New(ctx, o.Engine, screening.Options{
		Now: o.Now, Patients: r.Patients, Audit: r.Audit, Network: r.Network, Zone: r.zone,
		Workers: r.Accounts, Notices: r.Notify,
	}); err != nil {
		return r, err
	}
	if err = r.openSelf(ctx, o); err != nil {
		return r, err
	}
	if r.Directory, err = directory.New(ctx, o.Engine, o.Index, directory.Options{Now: o.Now, Log: o.Log, FallbackSearch: o.SearchFallback, HasUsers: r.hasAccount, LocalIndex: o.IndexInProcess, Rules: r.Network,
		Notices: r.Notify, Agencies: r.Accounts}); err != nil {
		return r, err
	}
	if r.Imports, err = imports.New(ctx, o.Engine, imports.Options{
		Directory: r.Directory, Folder: cmp.Or(o.Uploads, filepath.Join(os.TempDir(), "havenloop-imports")), Fetch: fetch, Now: o.Now, Log: o.Log,
	}); err != nil {
		return r, err
	}
	// Files ask later, when referrals are open, who keeps them.
	keeps := func(ctx context.Context, f files.File) (bool, error) { return r.Referrals.KeepsFile(ctx, f) }
	if r.Files, err = files.Open(ctx, o.Engine, files.Options{Now: o.Now, Kept: keeps}); err != nil {
		return r, err
	}
	if r.Referrals, err = referrals.New(ctx, o.Engine, referrals.Options{
		Now: o.Now, Patients: r.Patients, Needs: r.Screening, Directory: r.Directory,
		Accounts: r.Accounts, Notices: r.Notify, Audit: r.Audit, Network: r.Network, Files: r.Files, Links: r.Self, Announcements: r.Webhooks,
	}); err != nil {
		return r, err
	}
	if r.Figures, err = figures.New(ctx, o.Engine, figures.Options{Now: o.Now, Referrals: r.Referrals, Patients: r.Patients}); err != nil {
		return r, err
	}
	r.Guests = guests.New(guests.Options{
		Now: o.Now, Links: r.Links, Referrals: r.Referrals, Accounts: r.Accounts, Notices: r.Notify, Network: r.Network, Senders: o.Senders,
	})
	if r.Joining, err = joining.New(ctx, o.Engine, joining.Options{Now: o.Now, Directory: r.Directory, Accounts: r.Accounts, Notices: r.Notify}); err != nil {
		return r, err
	}
	if err := r.openVisits(ctx, o); err != nil {
		return r, err
	}
	if err := r.openRelay(ctx, o); err != nil || !o.IndexInProcess {
		return r, err
	}
	return r, r.fillIndex(ctx, o)
}

// openSelf makes the rooms for patients who answer alone.
func (r *Rooms) openSelf(ctx context.Context, o RoomOptions) error {
	key, err := Derive(o.Key, "codes of links")
	if err != nil {
		return err
	}
	if r.Links, err = links.New(ctx, o.Engine, links.Options{Now: o.Now, Key: key, PINCost: o.PasswordCost}); err != nil {
		return err
	}
	r.Self = self.New(self.Options{
		Now: o.Now, Links: r.Links, Screening: r.Screening, Patients: r.Patients, Network: r.Network,
		Notices: r.Notify, Texts: o.Senders[notify.SMS], Zone: r.zone, BaseURL: o.BaseURL,
	})
	return nil
}

// hasInstrument tells whether there is an instrument with the id.
func (r *Rooms) hasInstrument(ctx context.Context, id string) (bool, error) {
	_, err := r.Screening.Instrument(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// hasAccount tells whether an organization has an account here.
func (r *Rooms) hasAccount(ctx context.Context, organizationID string) (bool, error) {
	_, err := r.Accounts.Organization(ctx, organizationID)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// zone answers the time zone of an organization.
func (r *Rooms) zone(ctx context.Context, organizationID string) (*time.Location, error) {
	o, err := r.Accounts.Organization(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	return time.LoadLocation(o.TimeZone)
}

// openPeople makes the rooms about users and patients.
func (r *Rooms) openPeople(ctx context.Context, o RoomOptions) error {
	matchKey, err := Derive(o.Key, "patient match tokens")
	if err != nil {
		return err
	}
	if r.Accounts, err = accounts.New(ctx, o.Engine, accounts.Options{Now: o.Now, Params: o.PasswordCost}); err != nil {
		return err
	}
	// The trail asks for owners and names later, when all rooms are open.
	owner := func(ctx context.Context, patientID string) (string, error) {
		p, err := r.Patients.Open(ctx, patientID)
		return p.OrganizationID, err
	}
	people := userBook{r.Accounts}
	if r.Audit, err = audit.New(ctx, o.Engine, audit.Options{Now: o.Now, Owner: owner, Names: people.names}); err != nil {
		return err
	}
	if err := r.openNotices(ctx, o); err != nil {
		return err
	}
	r.Patients, err = patients.New(ctx, o.Engine, patients.Options{Now: o.Now, MatchKey: matchKey, Audit: r.Audit, Workers: r.Accounts})
	return err
}

// openNotices makes the rooms that tell people and other systems. Webhooks and
// web push need no settings, so they are there always.
func (r *Rooms) openNotices(ctx context.Context, o RoomOptions) error {
	var err error
	if r.Words, err = noticeWords(); err != nil {
		return err
	}
	hookKey, err := Derive(o.Key, "webhooks")
	if err != nil {
		return err
	}
	pushKey, err := Derive(o.Key, "web push")
	if err != nil {
		return err
	}
	outside := cmp.Or(o.Outside, outward.Strict())
	if r.Webhooks, err = webhook.New(ctx, o.Engine, webhook.Options{Now: o.Now, Key: hookKey, Client: outside}); err != nil {
		return err
	}
	if r.WebPush, err = webpush.New(ctx, o.Engine, webpush.Options{Now: o.Now, Key: pushKey, Contact: o.BaseURL, Client: outside}); err != nil {
		return err
	}
	senders := map[notify.Channel]notify.Sender{notify.Webhook: r.Webhooks, notify.Push: r.WebPush}
	maps.Copy(senders, o.Senders)
	r.Notify, err = notify.New(ctx, o.Engine, notify.Options{Now: o.Now, BaseURL: o.BaseURL, Senders: senders, Book: addressBook{r}, Words: r.Words})
	r.Webhooks.Use(r.Notify)
	return err
}

// openVisits makes the rooms that take in what was collected without a connection.
func (r *Rooms) openVisits(ctx context.Context, o RoomOptions) error {
	key, err := Derive(o.Key, "sealed visits")
	if err != nil {
		return err
	}
	if r.Sealed, err = sealed.New(ctx, o.Engine, sealed.Options{Now: o.Now, Key: key}); err != nil {
		return err
	}
	r.Visits, err = visits.New(ctx, o.Engine, visits.Options{
		Now: o.Now, Keys: r.Sealed, Work: r.Referrals, Patients: r.Patients, Needs: r.Screening, Directory: r.Directory,
		Accounts: r.Accounts, Audit: r.Audit, Notices: r.Notify, Network: r.Network,
	})
	return err
}

// openRelay makes the relay with everybody who follows events.
func (r *Rooms) openRelay(ctx context.Context, o RoomOptions) error {
	r.Live = NewLive(o.Now)
	consumers := append([]docstore.Consumer{
		r.Audit.Consumer(), r.Live.Consumer(), r.Directory.Consumer(), r.Directory.ListsConsumer(), r.Directory.WordsConsumer(), r.Screening.RepairConsumer(), r.Screening.RescreenConsumer(), r.Self.Consumer(), r.Guests.Consumer(), r.Joining.Consumer(),
	}, r.Referrals.Consumers()...)
	consumers = append(consumers, r.Figures.Consumers()...)
	var err error
	if r.Leases, err = docstore.NewLeases(ctx, o.Engine, o.Now, cmp.Or(o.Holder, rand.Text())); err != nil {
		return err
	}
	r.Relay, err = docstore.NewRelay(ctx, o.Engine, docstore.RelayOptions{Now: o.Now, Log: o.Log, Consumers: consumers, Holder: o.Holder})
	return err
}

// Derive makes the key for one purpose from the master key (HKDF, RFC 5869).
func Derive(master []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, master, nil, "havenloop "+purpose, sha256.Size)
}
