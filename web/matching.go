package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// howMatchingWorks is the address of the page that explains the order of matches.
const howMatchingWorks = "/directory/how-matching-works"

// MatchingView explains how services are put in order.
type MatchingView struct {
	Page
	Weights []WeightRow
	// Settings are numbers that the text names.
	Facts directory.MatchingFacts
}

// WeightRow is a factor in words.
type WeightRow struct {
	Name, Text, Points string
}

// HowMatchingWorks answers GET /directory/how-matching-works.
func (h *Handlers) HowMatchingWorks(c echo.Context) error {
	return h.render(c, http.StatusOK, matchingPage(matchingView(h.page(c, "matching.title"))))
}

// matchingView tells the table by which matches are ordered.
func matchingView(p Page) MatchingView {
	v := MatchingView{Page: p, Facts: directory.HowMatchingWorks()}
	for _, w := range directory.Weights() {
		f := string(w.Factor)
		v.Weights = append(v.Weights, WeightRow{Name: p.T("weight." + f), Text: p.T("weight-text." + f), Points: p.Number(int(w.Most()))})
	}
	return v
}

// whom names the people whom a service is for.
func (l *Locale) whom(list directory.Whom) string {
	out := ""
	for i, c := range list {
		code, args := c.Word()
		told := []any{}
		for j, a := range args {
			told = append(told, []string{"a", "b"}[j], a)
		}
		if i > 0 {
			out += l.T("whom.or")
		}
		out += l.T("whom."+code, told...)
	}
	return out
}
