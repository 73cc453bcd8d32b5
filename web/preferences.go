package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// PreferencesView is the form of how a person is told of news.
type PreferencesView struct {
	Page
	Form      Form
	Kinds     []Group // by kind of news: the channels
	Texts     bool    // whether text messages can be sent at all
	Digests   []Option
	Languages []Option
	Zones     []Option
	// PushKey is what a browser subscribes with, Browsers how many do.
	PushKey  string
	Browsers int
	// Webhooks leads to the page of other systems, for those who manage them.
	Webhooks bool
}

// PreferencesPage answers GET /preferences.
func (h *Handlers) PreferencesPage(c echo.Context) error {
	wishes, err := h.Notify.Preferences(c.Request().Context())
	if err != nil {
		return err
	}
	p := h.page(c, "preferences.title")
	return h.showPreferences(c, http.StatusOK, p, preferencesForm(p.form(), wishes))
}

// SavePreferences answers POST /preferences.
func (h *Handlers) SavePreferences(c echo.Context) error {
	p := h.page(c, "preferences.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.Notify.SavePreferences(c.Request().Context(), preferencesFrom(f)); err != nil {
		status, err := f.refuse(&p, err, map[string]string{"quiet": "quietFrom", "channels": ""})
		if err != nil {
			return err
		}
		return h.showPreferences(c, status, p, f)
	}
	leaveNotice(c, "preferences-saved")
	return see(c, "/preferences")
}

// SubscribePush answers POST /preferences/push, which the page's own module
// sends with what the browser gave it.
func (h *Handlers) SubscribePush(c echo.Context) error {
	p := h.page(c, "preferences.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if err := h.WebPush.Subscribe(c.Request().Context(), f.Value("endpoint"), f.Value("p256dh"), f.Value("auth")); err != nil {
		return err
	}
	leaveNotice(c, "preferences-saved")
	return see(c, "/preferences")
}

// UnsubscribePush answers POST /preferences/push/remove.
func (h *Handlers) UnsubscribePush(c echo.Context) error {
	p := h.page(c, "preferences.title")
	if _, err := formFrom(p, c); err != nil {
		return err
	}
	if err := h.WebPush.Unsubscribe(c.Request().Context()); err != nil {
		return err
	}
	leaveNotice(c, "preferences-saved")
	return see(c, "/preferences")
}

// kindField is the name of the checkboxes about a kind of news.
func kindField(k notify.Kind) string { return "kind-" + string(k) }

// preferencesForm fills the form from what is stored.
func preferencesForm(f Form, p notify.Preferences) Form {
	for kind, channels := range p.Channels {
		var values []string
		for _, c := range channels {
			values = append(values, string(c))
		}
		f = f.With(kindField(kind), values...)
	}
	return f.With("phone", phoneText(p.Phone)).With("digest", string(p.Digest)).With("language", p.Language).
		With("timeZone", p.TimeZone).With("quietFrom", p.Quiet.From).With("quietTo", p.Quiet.To)
}

func preferencesFrom(f Form) notify.Preferences {
	p := notify.Preferences{
		Channels: map[notify.Kind][]notify.Channel{}, Phone: f.Value("phone"), Language: f.Value("language"), TimeZone: f.Value("timeZone"),
		Quiet: clock.Hours{From: f.Value("quietFrom"), To: f.Value("quietTo")}, Digest: notify.Digest(f.Value("digest")),
	}
	for _, k := range notify.Kinds() {
		p.Channels[k] = []notify.Channel{}
		for _, c := range f.Values[kindField(k)] {
			p.Channels[k] = append(p.Channels[k], notify.Channel(c))
		}
	}
	return p
}

func (h *Handlers) showPreferences(c echo.Context, status int, p Page, f Form) error {
	n, err := h.WebPush.Count(c.Request().Context())
	if err != nil {
		return err
	}
	return h.render(c, status, preferencesPage(preferencesView(p, f, h.Notify.Chosen(), h.WebPush.PublicKey(), n)))
}

func preferencesView(p Page, f Form, channels []notify.Channel, key string, browsers int) PreferencesView {
	v := PreferencesView{
		Page: p, Form: f, PushKey: key, Browsers: browsers, Webhooks: p.Actor.May(identity.WebhooksManage),
		Languages: []Option{{Label: p.T("preferences.own-language")}},
		Zones:     append([]Option{{Label: p.T("preferences.own-zone")}}, zoneOptions(p.Locale)...),
	}
	var options []Option
	for _, c := range channels {
		v.Texts = v.Texts || c == notify.SMS
		options = append(options, Option{Value: string(c), Label: p.T("channel." + string(c))})
	}
	for _, k := range notify.Kinds() {
		v.Kinds = append(v.Kinds, Group{Name: kindField(k), Legend: p.T("news-kind." + string(k)), Options: options})
	}
	for _, d := range notify.Digests() {
		v.Digests = append(v.Digests, Option{Value: string(d), Label: p.T("digest." + string(d))})
	}
	for _, tag := range pageLanguages {
		v.Languages = append(v.Languages, Option{Value: tag, Label: languageName(tag)})
	}
	return v
}
