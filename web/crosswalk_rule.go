package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// RuleView asks for what a term, or words, of services stand for.
type RuleView struct {
	Page
	Form Form
	// Kind and Text are what is to be mapped.
	Kind, Text string
	// Found tells which services have it, and Tried what the choice would do.
	Found, Tried string
	Names        []string
	Domains      []Option
	Sureness     []Option
	Languages    []Option
	Open         bool // the choices in detail
}

const rulePath = mappingPath + "/map"

// ruleAddress leads to the page that maps a term or words.
func ruleAddress(kind, text string) string {
	return rulePath + "?" + url.Values{"kind": {kind}, "text": {text}}.Encode()
}

// sureness are the choices of how sure a rule is, with their keys.
var sureness = []struct {
	value float64
	key   string
}{{directory.Sure, "terms.sure"}, {directory.Likely, "terms.likely"}, {directory.Possible, "terms.possible"}}

func surenessValue(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// RulePage answers GET /admin/services/map.
func (h *Handlers) RulePage(c echo.Context) error {
	if c.QueryParam("kind") == "" || c.QueryParam("text") == "" {
		return see(c, mappingPath) // where there are some to choose from
	}
	p := h.page(c, "terms.map-title")
	f := p.form().With("kind", c.QueryParam("kind")).With("text", c.QueryParam("text")).With("confidence", surenessValue(directory.Sure))
	return h.showRule(c, http.StatusOK, p, f, nil)
}

// SaveRule answers POST /admin/services/map: it stores a rule, or tries it.
func (h *Handlers) SaveRule(c echo.Context) error {
	p := h.page(c, "terms.map-title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	r, ctx := ruleFrom(f), c.Request().Context()
	var effect *directory.Effect
	if f.Value("try") != "" {
		var e directory.Effect
		e, err = h.Directory.TryRule(ctx, r)
		effect = &e
	} else {
		err = h.Directory.PutRule(ctx, r)
	}
	status := http.StatusOK
	if err != nil {
		effect = nil
		if status, err = f.refuse(&p, err, nil); err != nil {
			return err
		}
	} else if effect == nil {
		leaveNotice(c, "rule-saved")
		return see(c, mappingPath)
	}
	return h.showRule(c, status, p, f, effect)
}

// RemoveRule answers POST /admin/services/map/remove.
func (h *Handlers) RemoveRule(c echo.Context) error {
	if err := h.Directory.RemoveRule(c.Request().Context(), c.FormValue("key")); err != nil {
		return err
	}
	leaveNotice(c, "rule-removed")
	return see(c, mappingPath)
}

func ruleFrom(f Form) directory.Rule {
	sure, err := strconv.ParseFloat(f.Value("confidence"), 64)
	if err != nil {
		sure = 0 // the directory says what to choose
	}
	return directory.Rule{
		Kind: f.Value("kind"), Text: f.Value("text"), Language: f.Value("language"),
		Domains: f.Values["domain"], Confidence: sure,
	}
}

func (h *Handlers) showRule(c echo.Context, status int, p Page, f Form, tried *directory.Effect) error {
	v := RuleView{Page: p, Form: f, Kind: f.Value("kind"), Text: f.Value("text"), Open: tried != nil || len(f.Problems) > 0}
	for _, d := range directory.Domains() {
		v.Domains = append(v.Domains, Option{Value: d.Code, Label: p.T("domain." + d.Code)})
	}
	for _, s := range sureness {
		v.Sureness = append(v.Sureness, Option{Value: surenessValue(s.value), Label: p.T(s.key), Hint: p.T(s.key + "-hint")})
	}
	v.Languages = []Option{{Value: "", Label: p.T("terms.any-language")}, {Value: "en", Label: "English", Lang: "en"}, {Value: "es", Label: "Español", Lang: "es"}}
	if len(f.Problems) == 0 {
		found, err := h.Directory.TryRule(c.Request().Context(), directory.Rule{Kind: v.Kind, Text: v.Text, Confidence: directory.Sure})
		if err != nil {
			if status, err = f.refuse(&v.Page, err, nil); err != nil {
				return err
			}
			v.Form = f
		} else {
			v.Found, v.Names = p.T("terms.found", "n", found.Found, "unmapped", found.Unmapped, "manual", found.Manual), found.Names
		}
	}
	if tried != nil {
		v.Tried = p.T("terms.tried", "n", tried.Changed, "looked", tried.Looked, "all", tried.Of)
	}
	return h.render(c, status, rulePage(v))
}
