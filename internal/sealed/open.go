package sealed

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/fault"
)

// MaxEnvelope is the longest envelope that is opened, in bytes: far above any
// visit, far below what a request may carry.
const MaxEnvelope = 512 << 10

// Why an envelope cannot be opened, as the fault's extra "reason" says it.
const (
	ReasonUnknownKey = "unknown-key" // sealed for a key that is not or no longer here
	ReasonBroken     = "broken"      // damaged, or not sealed as it must be
)

// Header is what stands outside an envelope, protected from change.
type Header struct {
	Alg string `json:"alg"`
	Enc string `json:"enc"`
	Kid string `json:"kid"`
	Typ string `json:"typ"`
	// Sub is the user who sealed it and Org the organization they worked for.
	Sub string `json:"sub"`
	Org string `json:"org"`
	// JTI is the number of what is inside, a UUID in small letters.
	JTI string `json:"jti"`
	Cty string `json:"cty,omitempty"`
	Iat int64  `json:"iat,omitempty"`
}

// Typ is what an envelope with a visit calls itself.
const Typ = "visit+jwe"

func unopened(reason, format string) error {
	return fault.New(fault.BusinessRule, format).With("reason", reason)
}

func broken() error {
	return unopened(ReasonBroken, "This envelope is damaged or was not sealed for this server. Nothing was stored.")
}

func unknownKey() error {
	return unopened(ReasonUnknownKey, "This envelope was sealed for a key that this server does not have. Nothing was stored.")
}

// Open opens a compact JWE. It takes RSA-OAEP-256 with A256GCM, not
// compressed, of type [Typ], and nothing else. What cannot be opened is a
// fault.BusinessRule with a "reason".
func (s *Service) Open(ctx context.Context, compact string) (Header, []byte, error) {
	if len(compact) > MaxEnvelope {
		return Header{}, nil, fault.New(fault.TooLong, "This envelope is too large. Send at most %d KB.", MaxEnvelope>>10)
	}
	compact = strings.TrimSpace(compact)
	h, err := readHeader(compact)
	if err != nil {
		return Header{}, nil, broken()
	}
	key, err := s.find(ctx, h.Kid)
	if err != nil {
		return Header{}, nil, err
	}
	if key == nil {
		return Header{}, nil, unknownKey()
	}
	jwe, err := jose.ParseEncryptedCompact(compact, []jose.KeyAlgorithm{jose.RSA_OAEP_256}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return Header{}, nil, broken()
	}
	text, err := jwe.Decrypt(key)
	if err != nil {
		return Header{}, nil, broken()
	}
	return h, text, nil
}

var errHeader = errors.New("not the header of an envelope")

// readHeader reads the protected header, which names only what is known here:
// no compression, no key of its own, nothing critical.
func readHeader(compact string) (Header, error) {
	var h Header
	parts := strings.Split(compact, ".")
	if len(parts) != 5 || slices.Contains(slices.Delete(slices.Clone(parts), 3, 4), "") { // only the text may be empty
		return h, errHeader
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return h, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return h, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return h, errHeader
	}
	id, err := uuid.Parse(h.JTI)
	if err != nil || id.String() != h.JTI || id == uuid.Nil {
		return h, errHeader
	}
	if h.Alg != string(jose.RSA_OAEP_256) || h.Enc != string(jose.A256GCM) || h.Typ != Typ || h.Kid == "" || h.Sub == "" || h.Org == "" {
		return h, errHeader
	}
	if len(h.Kid) > maxName || len(h.Sub) > maxName || len(h.Org) > maxName {
		return h, errHeader
	}
	return h, nil
}

// maxName is the longest id in a header, in bytes.
const maxName = 100
