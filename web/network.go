package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/screening"
)

// NetworkView is the form of what the network decides for all.
type NetworkView struct {
	Page
	Form  Form
	Saved string // who saved last, and when; empty when nobody did
	Lines []LineForm
	// Instruments are those that people may answer by themselves.
	Instruments []Option
	// Unreviewed are the translations that nobody verified, by instrument.
	Unreviewed []UnreviewedForm
	// Theirs tells what another admin saved in the meantime, where it differs
	// from what stands in the form.
	Theirs []SummaryRow
}

// UnreviewedForm is the part of the form about one instrument's languages.
type UnreviewedForm struct {
	Title  string
	Choose Group
}

// LineForm is the part of the form about one help line.
type LineForm struct {
	N     int
	Title string
	// Open shows the fields: of a line that is wrong, or a new one.
	Open, New bool
	Hint      string
	Labels    []Option // the languages of further labels: tag and name
	Shown     []Option
}

// section92 is what the law asks for, in its own words, which no translation
// replaces. Source: 45 CFR 92.201(c)(3), as of 2024-07-05 (89 FR 37522).
const (
	section92 = "If a covered entity uses machine translation when the underlying text is critical to the rights, benefits, " +
		"or meaningful access of an individual with limited English proficiency, when accuracy is essential, or when the source " +
		"documents or materials contain complex, non-literal or technical language, the translation must be reviewed by a " +
		"qualified human translator."
	section92Source = "45 CFR 92.201(c)(3)"
)

// NetworkPage answers GET /admin/network.
func (h *Handlers) NetworkPage(c echo.Context) error {
	s, err := h.Network.Current(c.Request().Context())
	if err != nil {
		return err
	}
	p := h.page(c, "network.settings")
	return h.showNetwork(c, http.StatusOK, p, networkForm(p.form(), s), s, nil)
}

// SaveNetwork answers POST /admin/network. When another admin saved in the
// meantime, the page shows both, and a second try saves this one's.
func (h *Handlers) SaveNetwork(c echo.Context) error {
	ctx, p := c.Request().Context(), h.page(c, "network.settings")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	stored, err := h.Network.Current(ctx)
	if err != nil {
		return err
	}
	in, alias := settingsFrom(f, stored)
	if _, err := h.Network.Save(onceEach(c, f, ""), in); err != nil {
		lost := fault.Is(err, fault.Conflict)
		status, err := f.refuse(&p, err, alias)
		if err != nil {
			return err
		}
		if !lost {
			return h.showNetwork(c, status, p, f, stored, nil)
		}
		f.Problems = []Problem{{Text: p.T("network.conflict", "by", stored.ChangedBy, "at", p.At(stored.ChangedAt))}}
		f = f.With("version", strconv.FormatInt(stored.Version, 10)).With(onceField, onceKey())
		return h.showNetwork(c, status, p, f, stored, differences(p.Locale, in, stored, h.Screening.Topic))
	}
	leaveNotice(c, "network-saved")
	return see(c, "/admin/network")
}

func (h *Handlers) showNetwork(c echo.Context, status int, p Page, f Form, stored network.Settings, theirs []SummaryRow) error {
	infos, err := h.Screening.Instruments(c.Request().Context())
	if err != nil {
		return err
	}
	return h.render(c, status, networkPage(networkView(p, f, stored, infos, theirs, h.Screening.Topic)))
}

func networkView(p Page, f Form, stored network.Settings, infos []screening.Info, theirs []SummaryRow, topic topics) NetworkView {
	v := NetworkView{Page: p, Form: f, Theirs: theirs}
	if !stored.ChangedAt.IsZero() {
		v.Saved = p.T("network.saved-by", "by", stored.ChangedBy, "at", p.At(stored.ChangedAt))
	}
	for _, i := range infos {
		v.Instruments = append(v.Instruments, Option{Value: i.ID, Label: i.Title})
		g := Group{Name: selfField(i.ID), Legend: p.T("network.unreviewed"), Optional: true}
		for _, tag := range i.Unreviewed {
			g.Options = append(g.Options, Option{Value: tag, Label: languageName(tag)})
		}
		if len(g.Options) > 0 {
			v.Unreviewed = append(v.Unreviewed, UnreviewedForm{i.Title, g})
		}
	}
	count, _ := strconv.Atoi(f.Value("lines")) // what is no number is none
	for n := range min(count, maxLineForms) {
		v.Lines = append(v.Lines, lineForm(p, f, n, topic))
	}
	return v
}

// whenShown are the choices of when a help line is shown: to everybody, when
// something is urgent, and for the topics where one is known to help.
var whenShown = []string{network.ForAlways, network.ForUrgent, "safety", "mood", "food", "housing", "utilities", "transportation"}

func lineForm(p Page, f Form, n int, topic topics) LineForm {
	v := LineForm{N: n, Hint: p.T("network.label-hint"), Title: f.Value(lineField(n, "label-en")), New: f.Value(lineField(n, "code")) == ""}
	switch code := f.Value(lineField(n, "code")); {
	case v.New:
		v.Title = p.T("network.new-line")
	case v.Title == "":
		v.Title = lineTitle(p.Locale, network.HelpLine{Code: code})
		v.Hint = p.T("network.label-own", "label", v.Title)
	}
	for _, name := range lineFields {
		v.Open = v.Open || f.Problem(lineField(n, name)) != ""
	}
	for _, tag := range pageLanguages[1:] {
		v.Labels = append(v.Labels, Option{Value: lineField(n, "label-"+tag), Label: languageName(tag)})
	}
	shown := whenShown
	for _, more := range f.Values[lineField(n, "for")] {
		if !slices.Contains(shown, more) {
			shown = append(slices.Clip(shown), more)
		}
	}
	for _, when := range shown {
		label := topic.name(p.Locale, when)
		if when == network.ForAlways || when == network.ForUrgent {
			label = p.T("network.for." + when)
		}
		v.Shown = append(v.Shown, Option{Value: when, Label: label})
	}
	return v
}

// lineTitle is a help line in words.
func lineTitle(l *Locale, h network.HelpLine) string {
	if label := h.Label[l.Language]; label != "" {
		return label
	}
	if label := h.Label["en"]; label != "" {
		return label
	}
	if key := "network.line." + h.Code; l.Has(key) {
		return l.T(key)
	}
	return h.Code
}
