package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"text/tabwriter"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
)

// demoCmd runs everything on a made-up county.
type demoCmd struct {
	Addr        string `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Data        string `help:"Folder to keep the demo in; without it a new one is made and removed at the end." placeholder:"DIR"`
	Credentials string `help:"Write the address and accounts to this file as JSON." placeholder:"FILE"`
	LogLevel    string `help:"Least important log lines to write: debug, info, warn or error." default:"warn" placeholder:"LEVEL"`
}

// credentials is what --credentials writes.
type credentials struct {
	BaseURL  string           `json:"baseUrl"`
	Accounts []credentialLine `json:"accounts"`
}

type credentialLine struct {
	Role             identity.Role `json:"role"`
	Email            string        `json:"email"`
	Password         string        `json:"password"`
	OrganizationID   string        `json:"organizationId"`
	OrganizationName string        `json:"organizationName"`
}

// Run loads the county, unless the folder holds one, gives every account a
// new password, prints how to sign in and serves.
func (c *demoCmd) Run(con *console) (err error) {
	store := storeSettings{Data: c.Data, Storage: "sqlite:havenloop.db", Search: "memory"}
	if store.Data == "" {
		if store.Data, err = os.MkdirTemp("", "havenloop-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(store.Data)) }()
	}
	web := serverSettings{Addr: c.Addr, LogLevel: c.LogLevel, LogFormat: "text"}
	var p problems
	store.validate(&p)
	web.validate(&p)
	if err := p.err(); err != nil {
		return err
	}
	log := newLog(web, con.err)
	senders, err := newSenders(web, log)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	w := ways{baseURL(web, l.Addr()), senders, con.outside}
	h, err := openHouse(con.ctx, store, w, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return errors.Join(c.open(con, h, l, w, web, log, store), h.close())
}

func (c *demoCmd) open(con *console, h *house, l net.Listener, w ways, web serverSettings, log *slog.Logger, store storeSettings) error {
	fmt.Fprintln(con.out, "Loading the made-up county …")
	started := time.Now()
	if err := loadSeed(con.ctx, h); err != nil {
		return fmt.Errorf("load the county: %w", err)
	}
	cred := credentials{BaseURL: w.baseURL}
	ctx := asOperator(con.ctx)
	for _, a := range seed.Accounts() {
		password := rand.Text()
		if err := h.Accounts.SetPassword(ctx, a.UserID, accounts.Secret(password)); err != nil {
			return fmt.Errorf("set demo password: %w", err)
		}
		org, err := h.Accounts.Organization(ctx, a.OrganizationID)
		if err != nil {
			return fmt.Errorf("demo organization: %w", err)
		}
		cred.Accounts = append(cred.Accounts, credentialLine{a.Role, a.Email, password, org.ID, org.Name})
	}
	if err := cred.print(con.out, time.Since(started)); err != nil {
		return err
	}
	if c.Credentials != "" {
		b, err := json.MarshalIndent(cred, "", "  ")
		if err == nil {
			err = writePrivate(c.Credentials, append(b, '\n'))
		}
		if err != nil {
			return fmt.Errorf("write credentials: %w", err)
		}
	}
	return serve(con.ctx, h, store, web, l, log)
}

// loadSeed puts the county into the store, through rooms of its own whose
// clock stands in the past, and furnishes the house anew.
func loadSeed(ctx context.Context, h *house) error {
	past := clock.NewFake(clock.System())
	if err := h.furnish(ctx, past.Now); err != nil {
		return err
	}
	err := seed.Load(ctx, seed.Services{
		Clock: past, Accounts: h.Accounts, Patients: h.Patients, Screening: h.Screening,
		Directory: h.Directory, Referrals: h.Referrals, Drain: h.Relay.Drain,
	})
	if err != nil {
		return err
	}
	return h.furnish(ctx, clock.System)
}

// print shows the address and one line for each account.
func (cr credentials) print(out io.Writer, took time.Duration) error {
	fmt.Fprintf(out, "Ready after %.1f s. Open %s and sign in as one of these (passwords are new at each start):\n\n",
		took.Seconds(), cr.BaseURL)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, a := range cr.Accounts {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", a.Role, a.Email, a.Password, a.OrganizationName)
	}
	fmt.Fprint(w, "\nAll people and organizations are made up. Stop with Ctrl+C.\n")
	return w.Flush()
}
