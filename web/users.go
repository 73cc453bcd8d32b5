package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/identity"
)

// UsersView lists the people of an organization, and adds one.
type UsersView struct {
	Page
	Form Form
	// Organizations can be chosen by the network; others see their own.
	Organizations  []Option
	OrganizationID string
	Name           string // of the organization
	Rows           []UserRow
	Roles          []Option
	Open           bool // shows the form that adds somebody
}

// UserRow is a person with an account.
type UserRow struct {
	ID, Name, Email, Role string
	RoleCode, Version     string
	Disabled              bool
	// Own marks the account of the person who looks, which they cannot close.
	Own bool
}

// UsersPage answers GET /admin/users.
func (h *Handlers) UsersPage(c echo.Context) error {
	p := h.page(c, "users.title")
	return h.showUsers(c, http.StatusOK, p, p.form().With(onceField, onceKey()), c.QueryParam("organization"))
}

// AddUser answers POST /admin/users.
func (h *Handlers) AddUser(c echo.Context) error {
	p := h.page(c, "users.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	organization := f.Value("organization")
	_, err = h.Accounts.CreateUser(once(c, f), accounts.NewUser{
		Name: f.Value("name"), Email: f.Value("email"), Password: accounts.Secret(f.Value("password")),
		OrganizationID: organization, Role: identity.Role(f.Value("role")),
	})
	if err != nil {
		return h.refuseUser(c, p, f, err)
	}
	leaveNotice(c, "user-saved")
	return see(c, usersPath(organization))
}

// DisableUser answers POST /admin/users/:id/disable and lets nobody sign in
// with the account, or somebody again.
func (h *Handlers) DisableUser(c echo.Context) error {
	p := h.page(c, "users.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.Accounts.Disable(c.Request().Context(), c.Param("id"), f.Value("disabled") == "yes"); err != nil {
		return h.refuseUser(c, p, f, err)
	}
	leaveNotice(c, "user-saved")
	return see(c, usersPath(f.Value("organization")))
}

// SetUserRole answers POST /admin/users/:id/role and changes what somebody does
// in one organization; what they do in others stays.
func (h *Handlers) SetUserRole(c echo.Context) error {
	p, ctx, id := h.page(c, "users.title"), c.Request().Context(), c.Param("id")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	u, err := h.Accounts.User(ctx, id)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is version 0, which nothing has
	for i, m := range u.Memberships {
		if m.OrganizationID == f.Value("organization") {
			u.Memberships[i].Role = identity.Role(f.Value(roleName(id)))
		}
	}
	if _, err := h.Accounts.SetMemberships(ctx, id, u.Memberships, version); err != nil {
		return h.refuseUser(c, p, f, err, "role", roleName(id))
	}
	leaveNotice(c, "user-saved")
	return see(c, usersPath(f.Value("organization")))
}

// roleName is the name of the input for a user's role; each user of the list has one.
func roleName(id string) string { return "role-" + id }

// SetUserPassword answers POST /admin/users/:id/password: a new password in
// place of a forgotten one.
func (h *Handlers) SetUserPassword(c echo.Context) error {
	p, id := h.page(c, "users.title"), c.Param("id")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if err := h.Accounts.SetPassword(c.Request().Context(), id, accounts.Secret(f.Value(passwordName(id)))); err != nil {
		return h.refuseUser(c, p, f, err, "password", passwordName(id))
	}
	leaveNotice(c, "user-saved")
	return see(c, usersPath(f.Value("organization")))
}

// passwordName is the name of the input for a user's new password; each user
// of the list has one.
func passwordName(id string) string { return "password-" + id }

// refuseUser shows the page again with what is wrong; alias is a name of the
// service and the form's name for it.
func (h *Handlers) refuseUser(c echo.Context, p Page, f Form, err error, alias ...string) error {
	names := map[string]string{"organizationId": ""}
	for i := 0; i+1 < len(alias); i += 2 {
		names[alias[i]] = alias[i+1]
	}
	status, err := f.refuse(&p, err, names)
	if err != nil {
		return err
	}
	return h.showUsers(c, status, p, f, f.Value("organization"))
}

func usersPath(organization string) string { return "/admin/users?organization=" + organization }

// showUsers lists the people of an organization; of the own one where none is named.
func (h *Handlers) showUsers(c echo.Context, status int, p Page, f Form, organization string) error {
	ctx := c.Request().Context()
	if organization == "" {
		organization = p.Actor.OrganizationID
	}
	users, err := h.Accounts.Users(ctx, organization)
	if err != nil {
		return err
	}
	o, err := h.Accounts.Organization(ctx, organization)
	if err != nil {
		return err
	}
	v := usersView(p, f.With("organization", organization), o, users)
	if p.Actor.May(identity.NetworkManage) {
		all, err := h.Accounts.Organizations(ctx, "")
		if err != nil {
			return err
		}
		for _, o := range all {
			v.Organizations = append(v.Organizations, Option{Value: o.ID, Label: o.Name})
		}
	}
	return h.render(c, status, usersPage(v))
}

func usersView(p Page, f Form, o accounts.Organization, users []accounts.User) UsersView {
	v := UsersView{Page: p, Form: f, OrganizationID: o.ID, Name: o.Name, Open: len(f.Problems) > 0 && f.Values.Has("email")}
	for _, u := range users {
		row := UserRow{ID: u.ID, Name: u.Name, Email: u.Email, Disabled: u.Disabled, Own: u.ID == p.Actor.ID, Version: strconv.FormatInt(u.Version, 10)}
		for _, m := range u.Memberships {
			if m.OrganizationID == o.ID {
				row.Role, row.RoleCode = p.T("role."+string(m.Role)), string(m.Role)
			}
		}
		v.Rows = append(v.Rows, row)
	}
	for _, r := range accounts.RolesOf(o.Kind) {
		v.Roles = append(v.Roles, Option{Value: string(r), Label: p.T("role." + string(r))})
	}
	if len(v.Roles) > 0 && !v.Form.Values.Has("role") {
		v.Form = v.Form.With("role", v.Roles[0].Value)
	}
	return v
}
