package hsds

import (
	_ "embed"
	"net/http"

	"github.com/labstack/echo/v4"
)

// description describes this API in OpenAPI 3.1. Operation ids and schemas are
// those of HSDS 3.2.3.
//
//go:embed openapi.json
var description []byte

// ServeOpenAPI handles GET /hsds/openapi.json.
func (h *Handlers) ServeOpenAPI(c echo.Context) error {
	return c.JSONBlob(http.StatusOK, description)
}
