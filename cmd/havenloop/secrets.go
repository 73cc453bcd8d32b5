package main

import (
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/havenloop/havenloop/internal/secret"
)

// secretType is the type of settings that are secrets.
var secretType = reflect.TypeFor[secret.Text]()

// readSecret takes a secret as it is, or reads it from the file named after
// "@", without the line end.
func readSecret(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("secret", &text); err != nil {
		return err
	}
	if name, file := strings.CutPrefix(text, "@"); file {
		content, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read secret: %w", err)
		}
		text = strings.TrimRight(string(content), "\r\n")
	}
	target.SetString(text)
	return nil
}
