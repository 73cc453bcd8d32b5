package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

//go:embed static
var staticFiles embed.FS

// asset is a file the browser loads, under an address that changes with its content.
type asset struct {
	address, mime string
	body          []byte
}

// assets holds the static files by name, and assetsAt by the last part of their address.
var assets, assetsAt = loadAssets()

// chunkPrefix begins the names of files that modules share.
const chunkPrefix = "chunk-"

// Asset is the address of a static file, such as "app.css". Its content never
// changes under that address. An unknown name is a programming error and panics.
func Asset(name string) string {
	a, ok := assets[name]
	if !ok {
		panic(fmt.Sprintf("no static file %s", name))
	}
	return a.address
}

// Static answers GET /static/* from the embedded files.
func (h *Handlers) Static(c echo.Context) error {
	a, ok := assetsAt[c.Param("*")]
	if !ok {
		return echo.ErrNotFound
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, a.mime, a.body)
}

func loadAssets() (byName, byAddress map[string]asset) {
	byName, byAddress = map[string]asset{}, map[string]asset{}
	err := fs.WalkDir(staticFiles, "static", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		name := strings.TrimPrefix(file, "static/")
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		if strings.HasPrefix(name, chunkPrefix) {
			hashed = name // modules name it so, and its name changes with its content
		}
		a := asset{address: "/static/" + hashed, mime: mime.TypeByExtension(ext), body: body}
		byName[name], byAddress[hashed] = a, a
		return nil
	})
	if err != nil {
		panic(err) // embedded files cannot fail to be read
	}
	return byName, byAddress
}
