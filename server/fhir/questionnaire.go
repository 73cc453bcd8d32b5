package fhir

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

// Questionnaires handles GET /fhir/Questionnaire: the newest version of every
// instrument, those of them with the url or the version, or any one version by both.
func (h *Handlers) Questionnaires(c echo.Context) error {
	p, err := readParameters(c, "url", "version")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	infos, err := h.Screening.Instruments(ctx)
	if err != nil {
		return err
	}
	b := newBundle(p.link(h.base+"/Questionnaire", ""))
	for _, ref := range instrumentRefs(infos, p.Get("url"), p.Get("version")) {
		i, err := h.Screening.Instrument(ctx, ref)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		b.add(h.base+"/Questionnaire/"+i.ID, i.Questionnaire)
	}
	total := len(b.Entry)
	b.Total = &total
	return answer(c, b, nil)
}

// instrumentRefs are the canonical "url|version" of the instruments that the
// search may mean: the newest ones that have the url or the version, or the one
// version that both name, of which nobody knows yet that it exists.
func instrumentRefs(newest []screening.Info, url, version string) []string {
	if url != "" && version != "" {
		return []string{url + "|" + version}
	}
	var out []string
	for _, i := range newest {
		if (url == "" || url == i.URL) && (version == "" || version == i.Version) {
			out = append(out, i.URL+"|"+i.Version)
		}
	}
	return out
}

// Questionnaire handles GET /fhir/Questionnaire/:id: the newest version of an instrument.
func (h *Handlers) Questionnaire(c echo.Context) error {
	if _, err := readParameters(c); err != nil {
		return err
	}
	ctx, id := c.Request().Context(), c.Param("id")
	infos, err := h.Screening.Instruments(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(infos, func(i screening.Info) bool { return i.ID == id }) {
		return docstore.ErrNotFound
	}
	i, err := h.Screening.Instrument(ctx, id)
	if err != nil {
		return err
	}
	return answer(c, i.Questionnaire, nil)
}
