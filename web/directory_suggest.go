package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// maxSuggested is how many completions the search box shows.
const maxSuggested = 6

// suggested is the form of the answer for the search box.
type suggested struct {
	Items []suggestedItem `json:"items"`
}

type suggestedItem struct {
	Text string `json:"text"`
	Kind string `json:"kind"` // in words
}

// SuggestServices answers GET /directory/suggest?q=: what completes the words
// in the search box, for the client module alone.
func (h *Handlers) SuggestServices(c echo.Context) error {
	found, err := h.Directory.Suggest(c.Request().Context(), c.QueryParam(findText), maxSuggested)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.JSON(http.StatusOK, suggestedOf(h.page(c, "directory.title").Locale, found))
}

func suggestedOf(l *Locale, found []directory.Suggestion) suggested {
	out := suggested{Items: []suggestedItem{}}
	for _, s := range found {
		out.Items = append(out.Items, suggestedItem{Text: s.Text, Kind: l.T("directory.mean." + s.Kind)})
	}
	return out
}
