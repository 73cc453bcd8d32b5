// Command build turns web/client into the files of web/static: script modules,
// the service worker and one style sheet, all small enough to be read by hand
// if need be.
//
// Run it from the repository root or from web: go run ./web/client/build
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	web := "."
	if _, err := os.Stat("client"); err != nil {
		web = "web"
	}
	files, err := build(web)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	old, err := filepath.Glob(filepath.Join(web, "static", "chunk-*.js"))
	for _, file := range old {
		err = errors.Join(err, os.Remove(file))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(web, "static", name), body, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// build bundles the sources below the folder web and answers the files by name.
// Modules share chunks. That of the pages for patients stands alone, so that
// they load one file, and so does the service worker, for browsers whose
// service workers are no modules.
func build(web string) (map[string][]byte, error) {
	root, err := filepath.Abs(web)
	if err != nil {
		return nil, err
	}
	modules := options(root, api.FormatESModule, "client/app.ts", "client/offline/card.ts", "client/live.ts", "client/offline/offline.ts", "client/speak.ts", "client/suggest.ts", "client/push.ts", "client/inbox.ts", "client/progress.ts", "client/styles/app.css")
	modules.Splitting, modules.ChunkNames = true, "chunk-[hash]"
	files := map[string][]byte{}
	for _, o := range []api.BuildOptions{modules, options(root, api.FormatESModule, "client/self.ts"), options(root, api.FormatIIFE, "client/offline/sw.ts")} {
		result := api.Build(o)
		if len(result.Errors) > 0 {
			return nil, fmt.Errorf("build: %s", api.FormatMessages(result.Errors, api.FormatMessagesOptions{}))
		}
		for _, f := range result.OutputFiles {
			files[filepath.Base(f.Path)] = f.Contents
		}
	}
	return files, nil
}

func options(root string, format api.Format, sources ...string) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       sources,
		EntryNames:        "[name]",
		Outdir:            "static",
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		Format:            format,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "121"}, {Name: api.EngineSafari, Version: "16.4"},
		},
		LegalComments: api.LegalCommentsNone,
	}
}
