package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// ServiceView is all that is shown of one service.
type ServiceView struct {
	Page
	Card        ServiceCard
	Description []string // paragraphs
	Get         []SummaryRow
	Places      []PlaceView
	Sure        []SummaryRow
	// Said tells, to those who may change the listing, who says each field.
	Said []SummaryRow
	// Refer says that referrals begin at a patient's need.
	Refer bool
	// Edit is where the listing is changed, for who may.
	Edit string
	// Where the agency is not in the network, Wish leads to where
	// workers ask for it, Take to where the network takes it in.
	Wish, Take string
	// Hidden says that the listing is too old to be found.
	Hidden bool
}

// PlaceView is a service at one of its places.
type PlaceView struct {
	Title   string
	Address []string
	Contact Contact
	Phones  []PhoneRow
	About   []SummaryRow
	Week    []SummaryRow
	Notes   []string // on the hours
}

// PhoneRow is a phone number of a place.
type PhoneRow struct{ Call, Number, About string }

// ServicePage answers GET /directory/services/:id.
func (h *Handlers) ServicePage(c echo.Context) error {
	ctx := c.Request().Context()
	d, err := h.Directory.Detail(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	if d.ID != c.Param("id") { // it was merged into another
		return see(c, servicePath(d.ID))
	}
	p := h.page(c, "directory.title")
	p.Title = d.Name
	v := serviceView(p, d)
	if p.Actor.Care() {
		waiting, err := h.Referrals.Waiting(ctx, d.ID)
		if err != nil {
			return err
		}
		if n := waiting[d.ID]; n > 0 {
			v.Sure = append(v.Sure, SummaryRow{Label: p.T("wait.title"), Values: []string{p.T("wait.count", "count", n)}})
		}
	}
	if err := h.outsideOf(ctx, &v, d); err != nil {
		return err
	}
	if v.Said, err = h.saidRows(ctx, p.Locale, d.Sources); err != nil {
		return err
	}
	return h.render(c, http.StatusOK, servicePage(v))
}

func serviceView(p Page, d directory.ServiceDetail) ServiceView {
	l := p.Locale
	v := ServiceView{
		Page: p, Card: serviceCard(l, d.ServiceSummary), Description: filled(strings.Split(d.FullDescription, "\n")...),
		Get: filledRows(
			SummaryRow{Label: l.T("service.for"), Values: filled(ageText(l, d.MinimumAge, d.MaximumAge), d.FullEligibility)},
			SummaryRow{Label: l.T("service.bring"), Values: d.RequiredDocuments},
			SummaryRow{Label: l.T("service.cost"), Values: costLines(l, d)},
			SummaryRow{Label: l.T("service.apply"), Values: filled(d.ApplicationProcess)},
			SummaryRow{Label: l.T("service.wait"), Values: filled(d.WaitTime)},
			SummaryRow{Label: l.T("service.languages"), Values: filled(languagesText(l, d.Languages, false), d.Interpretation)},
			areaRow(l, d),
		),
		Sure: []SummaryRow{
			{Label: l.T("service.checked"), Values: []string{checkedText(l, d.ServiceFacts)}},
			originRow(l, d.Origin),
			{Label: l.T("service.room"), Values: []string{capacityText(l, d.ServiceSummary)}},
			{Label: l.T("service.serves"), Values: mappingTexts(l, d.NeedMappings)},
		},
		Refer: p.Actor.Care(), Hidden: d.Hidden,
	}
	if d.Quality != nil { // told to who may change it
		v.Edit = listingPath(d.ID)
	}
	for _, place := range d.Places {
		v.Places = append(v.Places, placeView(l, d, place))
	}
	return v
}

func placeView(l *Locale, d directory.ServiceDetail, place directory.PlaceDetail) PlaceView {
	v := PlaceView{
		Title: place.LocationName, Contact: contactOf(l, place.ServiceSummary), Notes: place.HoursNotes,
		Week: dayRows(l.in(place.TimeZone), place.Week),
		About: filledRows(
			SummaryRow{Label: l.T("service.about-place"), Values: filled(place.Description)},
			SummaryRow{Label: l.T("service.transport"), Values: filled(place.Transportation)},
			SummaryRow{Label: l.T("service.accessibility"), Values: place.Accessibility},
		),
	}
	switch a := place.Address; {
	case place.Confidential:
		v.Address = []string{l.T("service.confidential")}
	case a != nil:
		v.Address = filled(a.Line, strings.TrimSpace(strings.TrimPrefix(a.City+", "+a.State, ", ")+" "+a.PostalCode))
	case place.Virtual:
		v.Address = []string{l.T("service.virtual")}
	}
	if v.Title == "" {
		v.Title = d.Name
	}
	for _, t := range place.Phones {
		row := PhoneRow{Call: callAddress(t.Number), Number: l.Phone(t.Number), About: t.Description}
		if t.Extension != nil {
			row.Number = l.T("service.extension", "number", row.Number, "extension", fmt.Sprintf("%.0f", *t.Extension))
		}
		v.Phones = append(v.Phones, row)
	}
	return v
}

// filledRows leaves out rows without values.
func filledRows(rows ...SummaryRow) []SummaryRow {
	var out []SummaryRow
	for _, r := range rows {
		if len(r.Values) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// ageText tells for which ages a service is; empty when for all.
func ageText(l *Locale, from, to *float64) string {
	switch {
	case from != nil && to != nil:
		return l.T("service.ages", "from", *from, "to", *to)
	case from != nil && *from > 0:
		return l.T("service.ages-from", "from", *from)
	case to != nil:
		return l.T("service.ages-to", "to", *to)
	default:
		return ""
	}
}

// costLines tells what a service costs: in words, and each price.
func costLines(l *Locale, d directory.ServiceDetail) []string {
	out := []string{costText(l, d.ServiceSummary)}
	for _, o := range d.CostOptions {
		if d.Free && o.Amount != nil && *o.Amount == 0 {
			continue
		}
		amount := ""
		if o.Amount != nil {
			amount = strings.TrimSpace(fmt.Sprintf("%.2f %s", *o.Amount, o.Currency))
		}
		if text := joined(l, o.Option, amount, o.AmountDescription); text != "" && text != out[0] {
			out = append(out, text)
		}
	}
	return out
}

// areaRow tells where the people live whom the service is for.
func areaRow(l *Locale, d directory.ServiceDetail) SummaryRow {
	row := SummaryRow{Label: l.T("service.area"), Values: d.AreaNames}
	if d.AreaUnknown {
		row.Values = append(row.Values[:len(row.Values):len(row.Values)], l.T("service.area-unknown"))
	}
	return row
}

func checkedText(l *Locale, s directory.ServiceFacts) string {
	if s.LastVerified == "" {
		return l.T("service.never-verified-text")
	}
	return joined(l, freshText(l, s), l.Day(s.LastVerified))
}

// capacityText tells how much room there is, and since when that is known.
func capacityText(l *Locale, s directory.ServiceSummary) string {
	text := l.T("capacity." + s.Capacity)
	if s.CapacityUpdatedAt == nil {
		return text
	}
	if s.CapacitySaid != "" {
		return joined(l, text, l.T("fresh.said", "said", l.T("capacity."+s.CapacitySaid), "ago", l.ago(*s.CapacityUpdatedAt)))
	}
	return joined(l, text, l.T("service.as-of", "at", l.Date(*s.CapacityUpdatedAt)))
}

// certain is from which confidence on a mapping is told without doubt.
const certain = 0.9

// mappingTexts tells which needs a service serves, and how sure that is.
func mappingTexts(l *Locale, list []directory.NeedMapping) []string {
	if len(list) == 0 {
		return []string{l.T("service.unmapped")}
	}
	out := make([]string, len(list))
	for i, m := range list {
		sure := "service.likely"
		if m.Confidence >= certain {
			sure = "service.sure"
		}
		out[i] = l.T(sure, "need", l.T("domain."+m.Domain))
	}
	return out
}
