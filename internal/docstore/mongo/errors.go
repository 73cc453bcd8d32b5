package mongo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/havenloop/havenloop/internal/fault"
)

// errAway says that no server answered.
var errAway = fault.New(fault.Transient, "The database does not answer right now. Try again in a minute.")

// asFault answers the context's own error when it ended, and makes an error of
// the network one that the client may read.
func asFault(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case mongo.IsNetworkError(err) || mongo.IsTimeout(err):
		return fmt.Errorf("%w (%w)", errAway, err)
	default:
		return err
	}
}

// isDuplicate reports whether a unique index refused the write. Besides the
// code of MongoDB it knows the text with which a server that keeps its data in
// SQLite (FerretDB 1) refuses an update.
func isDuplicate(err error) bool {
	return err != nil && (mongo.IsDuplicateKeyError(err) || strings.Contains(err.Error(), "UNIQUE constraint failed"))
}

// duplicateIndex finds the index in MongoDB's sentence, for example
// "E11000 duplicate key error collection: havenloop.users index: u_email dup key: {…}".
var duplicateIndex = regexp.MustCompile(`index: (\S+) dup key`)

// namedKey tells which unique key a duplicate error names: "id" for the id,
// empty when it names none.
func namedKey(err error) string {
	text := err.Error()
	if w, ok := errors.AsType[mongo.WriteError](err); ok {
		text = w.Message
	}
	m := duplicateIndex.FindStringSubmatch(text)
	switch {
	case m == nil:
		return ""
	case m[1] == "_id_":
		return "id"
	default:
		return strings.TrimPrefix(m[1], uniquePrefix)
	}
}
