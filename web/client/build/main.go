// Command build turns web/client into the files of web/static: script modules,
// the service worker and one style sheet, all small enough to be read by hand
// if need be.
//
// Run it from the repository root or from web: go run ./web/client/build
package main

import (
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
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(web, "static", name), body, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// build bundles the sources below the folder web and answers the files by name.
func build(web string) (map[string][]byte, error) {
	root, err := filepath.Abs(web)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"client/app.ts", "client/offline/offline.ts", "client/offline/sw.ts", "client/styles/app.css"},
		EntryNames:        "[name]",
		Outdir:            "static",
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		Format:            api.FormatESModule,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "121"}, {Name: api.EngineSafari, Version: "16.4"},
		},
		LegalComments: api.LegalCommentsNone,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("build: %s", api.FormatMessages(result.Errors, api.FormatMessagesOptions{}))
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}
