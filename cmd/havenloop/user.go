package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/identity"
)

// userCmd looks after users from the machine the data is on.
type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Make an account."`
	List     userListCmd     `cmd:"" help:"List the users of an organization, or the organizations."`
	Disable  userDisableCmd  `cmd:"" help:"End a user's sessions and keep them from signing in."`
	Enable   userEnableCmd   `cmd:"" help:"Let a user sign in again."`
	Password userPasswordCmd `cmd:"" help:"Give a user a new password."`
}

// asOperator is the context in which commands act: the machine's own operator.
func asOperator(ctx context.Context) context.Context {
	return identity.With(ctx, identity.SystemActor("command:user"))
}

type userAddCmd struct {
	storeSettings
	Email        string `required:"" help:"Address the user signs in with." placeholder:"ADDRESS"`
	Name         string `required:"" help:"Name as shown to others." placeholder:"NAME"`
	Role         string `required:"" help:"chw, care-manager, supervisor, agency-staff, agency-admin or network-admin." placeholder:"ROLE"`
	Organization string `required:"" help:"Id of the organization (see user list)." placeholder:"ID"`
	PasswordIn   bool   `name:"password-stdin" help:"Read the password from standard input; else one is made and shown once."`
}

// Run makes the account.
func (c *userAddCmd) Run(con *console) error {
	args := []string{"user", "add", "--email", c.Email, "--name", c.Name, "--role", c.Role, "--organization", c.Organization}
	if c.PasswordIn {
		args = append(args, "--password-stdin")
	}
	return con.withHouse(c.storeSettings, args, func(ctx context.Context, h *house) error {
		password, shown, err := newPassword(con.in, c.PasswordIn)
		if err != nil {
			return err
		}
		u, err := h.Accounts.CreateUser(asOperator(ctx), accounts.NewUser{
			Email: c.Email, Name: c.Name, Role: identity.Role(c.Role), OrganizationID: c.Organization, Password: accounts.Secret(password),
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(con.out, "Made the account %s.\n%s", u.ID, shown)
		return nil
	})
}

type userListCmd struct {
	storeSettings
	Organization string `help:"Id of the organization; without it the organizations are listed." placeholder:"ID"`
}

// Run lists organizations or users.
func (c *userListCmd) Run(con *console) error {
	args := []string{"user", "list"}
	if c.Organization != "" {
		args = append(args, "--organization", c.Organization)
	}
	return con.withHouse(c.storeSettings, args, func(ctx context.Context, h *house) error {
		w := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
		if c.Organization == "" {
			all, err := h.Accounts.Organizations(asOperator(ctx), "")
			if err != nil {
				return err
			}
			for _, o := range all {
				fmt.Fprintf(w, "%s\t%s\t%s\n", o.ID, o.Kind, o.Name)
			}
			return w.Flush()
		}
		users, err := h.Accounts.Users(asOperator(ctx), c.Organization)
		if err != nil {
			return err
		}
		for _, u := range users {
			state := "active"
			if u.Disabled {
				state = "disabled"
			}
			var roles []string
			for _, m := range u.Memberships {
				roles = append(roles, string(m.Role))
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.ID, u.Email, u.Name, strings.Join(roles, ","), state)
		}
		return w.Flush()
	})
}

type userDisableCmd struct {
	storeSettings
	ID string `arg:"" help:"Id of the user (see user list)."`
}

// Run disables the user.
func (c *userDisableCmd) Run(con *console) error {
	return setDisabled(con, c.storeSettings, "disable", c.ID, true)
}

type userEnableCmd struct {
	storeSettings
	ID string `arg:"" help:"Id of the user (see user list)."`
}

// Run enables the user.
func (c *userEnableCmd) Run(con *console) error {
	return setDisabled(con, c.storeSettings, "enable", c.ID, false)
}

func setDisabled(con *console, s storeSettings, verb, id string, disabled bool) error {
	return con.withHouse(s, []string{"user", verb, id}, func(ctx context.Context, h *house) error {
		if _, err := h.Accounts.Disable(asOperator(ctx), id, disabled); err != nil {
			return err
		}
		fmt.Fprintf(con.out, "The user is %sd.\n", verb)
		return nil
	})
}

type userPasswordCmd struct {
	storeSettings
	ID         string `arg:"" help:"Id of the user (see user list)."`
	PasswordIn bool   `name:"password-stdin" help:"Read the password from standard input; else one is made and shown once."`
}

// Run sets the password, which ends the user's sessions.
func (c *userPasswordCmd) Run(con *console) error {
	args := []string{"user", "password", c.ID}
	if c.PasswordIn {
		args = append(args, "--password-stdin")
	}
	return con.withHouse(c.storeSettings, args, func(ctx context.Context, h *house) error {
		password, shown, err := newPassword(con.in, c.PasswordIn)
		if err != nil {
			return err
		}
		if err := h.Accounts.SetPassword(asOperator(ctx), c.ID, accounts.Secret(password)); err != nil {
			return err
		}
		fmt.Fprintf(con.out, "The password is set; the user's sessions have ended.\n%s", shown)
		return nil
	})
}

// newPassword reads the password from in, or makes one and says so.
func newPassword(in io.Reader, fromInput bool) (password, shown string, err error) {
	if !fromInput {
		password = rand.Text()
		return password, "Password, shown only now: " + password + "\n", nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), "", nil
}
