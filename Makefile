# What people type while they work on Havenloop; .ci/run is the whole check.
.PHONY: run test lint generate engines bench

run: ## the demo on http://127.0.0.1:8080
	go run ./cmd/havenloop demo

test: ## everything CI checks
	bash .ci/run

lint:
	go vet ./...
	go tool staticcheck ./...

generate: ## pages, browser code
	go generate ./web

engines: ## MongoDB and Meilisearch for the engine tests (see README)
	docker compose up -d mongodb meilisearch

bench: ## figures; give BENCH=name to choose
	go test -run '^$$' -bench '$(or $(BENCH),.)' -benchtime 2s ./...
