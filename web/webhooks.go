package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/notify/webhook"
)

// WebhooksView lists the systems that the organization tells of events.
type WebhooksView struct {
	Page
	Form Form
	Rows []WebhookRow
	Dead bool // leads to the messages that were given up
}

// WebhookRow is one of them.
type WebhookRow struct {
	URL, Href, Since, State string
	Tone                    Tone
}

// WebhookView is one of them, with the events that did not get through.
type WebhookView struct {
	Page
	Form   Form
	Row    WebhookRow
	Action string
	On     bool
	Secret string
	Dead   []DeadRow
	Trying []DeadRow // those that failed and are tried again by themselves
}

// DeadRow is a message that was given up, or that is tried again at Next.
type DeadRow struct{ ID, Title, Meta, Why, Next string }

// webhooksPath is the page of the systems that are told.
const webhooksPath = "/admin/webhooks"

// WebhooksPage answers GET /admin/webhooks.
func (h *Handlers) WebhooksPage(c echo.Context) error {
	p := h.page(c, "webhooks.title")
	return h.showWebhooks(c, http.StatusOK, p, p.form().With(onceField, onceKey()))
}

// AddWebhook answers POST /admin/webhooks.
func (h *Handlers) AddWebhook(c echo.Context) error {
	p := h.page(c, "webhooks.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	e, err := h.Webhooks.Add(once(c, f), f.Value("url"))
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showWebhooks(c, status, p, f)
	}
	leaveNotice(c, "webhook-saved")
	return see(c, webhooksPath+"/"+e.ID)
}

func (h *Handlers) showWebhooks(c echo.Context, status int, p Page, f Form) error {
	all, err := h.Webhooks.Endpoints(c.Request().Context())
	if err != nil {
		return err
	}
	return h.render(c, status, webhooksPage(webhooksView(p, f, all)))
}

func webhooksView(p Page, f Form, all []webhook.Endpoint) WebhooksView {
	v := WebhooksView{Page: p, Form: f, Dead: p.Actor.May(identity.NetworkManage)}
	for _, e := range all {
		v.Rows = append(v.Rows, webhookRow(p.Locale, e))
	}
	return v
}

func webhookRow(l *Locale, e webhook.Endpoint) WebhookRow {
	r := WebhookRow{URL: e.URL, Href: webhooksPath + "/" + e.ID, Since: l.T("webhooks.since", "at", l.At(e.CreatedAt), "by", e.CreatedBy), State: l.T("webhooks.on"), Tone: Good}
	switch {
	case e.Gone:
		r.State, r.Tone = l.T("webhooks.gone"), Warning
	case e.Off:
		r.State, r.Tone = l.T("webhooks.off"), Plain
	}
	return r
}

// WebhookPage answers GET /admin/webhooks/:id.
func (h *Handlers) WebhookPage(c echo.Context) error {
	p := h.page(c, "webhooks.one")
	return h.showWebhook(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showWebhook(c echo.Context, status int, p Page, f Form) error {
	ctx, id := c.Request().Context(), c.Param("id")
	e, key, err := h.Webhooks.Endpoint(ctx, id)
	if err != nil {
		return err
	}
	dead, err := h.Webhooks.Dead(ctx, id)
	if err != nil {
		return err
	}
	trying, err := h.Webhooks.Trying(ctx, id)
	if err != nil {
		return err
	}
	return h.render(c, status, webhookPage(webhookView(p, f, e, string(key), dead, trying)))
}

func webhookView(p Page, f Form, e webhook.Endpoint, key string, dead, trying []notify.Notice) WebhookView {
	row := webhookRow(p.Locale, e)
	return WebhookView{Page: p, Form: f, Row: row, Action: row.Href, On: !e.Off, Secret: key, Dead: deadRows(p.Locale, dead), Trying: deadRows(p.Locale, trying)}
}

// ChangeWebhook answers POST /admin/webhooks/:id: turned on or off, tried, or removed.
func (h *Handlers) ChangeWebhook(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	p := h.page(c, "webhooks.one")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	back := webhooksPath + "/" + id
	switch f.Value("do") {
	case "on", "off":
		_, err = h.Webhooks.Switch(ctx, id, f.Value("do") == "on")
	case "test":
		err = h.Webhooks.Test(ctx, id)
	case "remove":
		err, back = h.Webhooks.Remove(ctx, id), webhooksPath
	case "again":
		err = h.Webhooks.Retry(ctx, id, f.Value("event"))
	default:
		err = fault.New(fault.Invalid, "The form could not be read. Go back and send it again.")
	}
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showWebhook(c, status, p, f)
	}
	leaveNotice(c, "webhook-saved")
	return see(c, back)
}

// deadRows tells of messages that did not get through: never to whom they went.
func deadRows(l *Locale, all []notify.Notice) []DeadRow {
	var out []DeadRow
	for _, n := range all {
		r := DeadRow{ID: n.ID, Title: n.Template, Why: n.Failure, Meta: joined(l, l.T("channel."+string(n.Channel)), l.At(n.CreatedAt))}
		if n.Status == notify.Queued {
			r.Next = l.T("webhooks.trying", "at", l.At(n.NextAt))
		}
		if n.Channel != notify.Webhook {
			r.Title = l.T("told." + n.Template + ".subject")
		}
		out = append(out, r)
	}
	return out
}

// DeadView lists the messages that were given up.
type DeadView struct {
	Page
	Form Form
	Rows []DeadRow
	More string
}

const deadPath = "/admin/notices"

// DeadPage answers GET /admin/notices.
func (h *Handlers) DeadPage(c echo.Context) error {
	p := h.page(c, "dead.title")
	return h.showDead(c, http.StatusOK, p, p.form())
}

// RetryNotice answers POST /admin/notices.
func (h *Handlers) RetryNotice(c echo.Context) error {
	p := h.page(c, "dead.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.Notify.Retry(c.Request().Context(), f.Value("id")); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showDead(c, status, p, f)
	}
	leaveNotice(c, "notice-again")
	return see(c, deadPath)
}

func (h *Handlers) showDead(c echo.Context, status int, p Page, f Form) error {
	list, err := h.Notify.Dead(c.Request().Context(), c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	v := DeadView{Page: p, Form: f, Rows: deadRows(p.Locale, list.Items)}
	if list.Next != "" {
		v.More = deadPath + "?cursor=" + list.Next
	}
	return h.render(c, status, deadPage(v))
}
