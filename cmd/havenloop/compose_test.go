package main

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// composeSecrets are what the person who starts the containers must give.
var composeSecrets = map[string]string{
	"HAVENLOOP_KEY":    "a-key-of-more-than-thirty-two-characters",
	"MEILI_MASTER_KEY": "another-key-of-more-than-thirty-two-characters",
}

func loadCompose(t *testing.T, env map[string]string) (*types.Project, error) {
	t.Helper()
	const file = "../../docker-compose.yml"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: "../..", ConfigFiles: []types.ConfigFile{{Filename: file, Content: b}}, Environment: maps.Clone(env),
	}, func(o *loader.Options) { o.SetProjectName("havenloop", true) })
}

func TestComposeSettingsAreKnown(t *testing.T) {
	p, err := loadCompose(t, composeSecrets)
	if err != nil {
		t.Fatalf("load docker-compose.yml: %v", err)
	}
	known := knownVariables(t)
	app := p.Services["app"]
	for name, value := range app.Environment {
		if !slices.Contains(known, name) {
			t.Errorf("service app sets %s, which the binary does not know", name)
		}
		if value != nil {
			t.Setenv(name, *value)
		}
	}
	var c cli
	parser, err := kong.New(&c, kong.DefaultEnvars("HAVENLOOP"), kong.TypeMapper(secretType, kong.MapperFunc(readSecret)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		t.Fatalf("parse the settings of service app: %v", err)
	}
	var wrong problems
	c.Serve.storeSettings.validate(&wrong)
	c.Serve.serverSettings.validate(&wrong)
	if err := wrong.err(); err != nil {
		t.Errorf("the settings of service app are refused: %v", err)
	}
	if !strings.HasPrefix(c.Serve.Storage, "mongodb://mongodb") || c.Serve.Search != "http://meilisearch:7700" {
		t.Errorf("service app uses %q and %q, want the services mongodb and meilisearch", c.Serve.Storage, c.Serve.Search)
	}
}

func TestComposeServicesAreWhole(t *testing.T) {
	p, err := loadCompose(t, composeSecrets)
	if err != nil {
		t.Fatalf("load docker-compose.yml: %v", err)
	}
	for _, name := range []string{"app", "mongodb", "meilisearch"} {
		s, ok := p.Services[name]
		if !ok {
			t.Errorf("no service %s", name)
			continue
		}
		if s.HealthCheck == nil || len(s.HealthCheck.Test) == 0 {
			t.Errorf("service %s has no health check", name)
		}
		if len(s.Volumes) == 0 {
			t.Errorf("service %s keeps its data in no volume", name)
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("service %s is open to other machines at port %s", name, port.Published)
			}
		}
	}
	if key := p.Services["meilisearch"].Environment["MEILI_MASTER_KEY"]; key == nil || *key == "" {
		t.Error("Meilisearch has no master key")
	}
}

func TestComposeWantsItsSecrets(t *testing.T) {
	for name := range composeSecrets {
		env := map[string]string{}
		for k, v := range composeSecrets {
			if k != name {
				env[k] = v
			}
		}
		if _, err := loadCompose(t, env); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("loading without %s = %v, want an error that names it", name, err)
		}
	}
}

// knownVariables lists the environment variables that serve reads.
func knownVariables(t *testing.T) []string {
	t.Helper()
	var c cli
	parser, err := kong.New(&c, kong.DefaultEnvars("HAVENLOOP"), kong.TypeMapper(secretType, kong.MapperFunc(readSecret)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, node := range parser.Model.Children {
		if node.Name == "serve" {
			for _, f := range node.Flags {
				out = append(out, f.Envs...)
			}
		}
	}
	if len(out) < 10 {
		t.Fatalf("serve knows the variables %v, want all of its settings", out)
	}
	return out
}
