package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
)

// onceField carries a key that is new with each form shown, so that the same
// form sent twice creates one record, also without the client module.
const onceField = "_once"

// onceKey makes a key for a form.
func onceKey() string { return uuid.NewString() }

// once is the request's context under the form's key. What the form says is
// part of it: the same key with other entries is refused by the services.
func once(c echo.Context, f Form) context.Context {
	ctx := c.Request().Context()
	key := f.Value(onceField)
	if key == "" || len(key) > 80 {
		return ctx
	}
	sum := sha256.Sum256([]byte(c.Request().URL.Path + "\n" + f.Values.Encode()))
	return docstore.WithRequest(ctx, key, hex.EncodeToString(sum[:]))
}

// onceEach is once for forms that may go out again with other entries, from a
// page that was left open: each set of entries counts on its own. part names
// one of several documents that the form makes.
func onceEach(c echo.Context, f Form, part string) context.Context {
	sum := sha256.Sum256([]byte(part + "\n" + f.Values.Encode()))
	return once(c, f.With(onceField, f.Value(onceField)+"/"+hex.EncodeToString(sum[:8])))
}
