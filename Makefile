# make help lists what there is. build, run and test need Go and a C compiler only.
GO          ?= go
BIN         := bin/overgang
DATA        ?= overgang-data
FUZZTIME    ?= 30s
CRASHES     ?= 100
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
PROFILE     ?= cmd/overgang/serve.pgo
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help build run test tools lint fuzz bench interop golden crash clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/overgang (PROFILE=off: sooner, for a slower gateway)
	CGO_ENABLED=1 $(GO) build -trimpath -pgo=$(PROFILE) -ldflags '-X main.version=$(VERSION)' -o $(BIN) ./cmd/overgang

run: build ## build and start the demonstration (DATA=directory)
	$(BIN) serve --demo --data $(DATA)

test: ## all tests
	$(GO) test -timeout 30m ./...

tools: ## fetch what lint runs
	@$(GO) run $(STATICCHECK) -version

lint: ## format, vet, staticcheck, layers and lengths
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "not gofmt-ed:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) test -run 'TestLayers|TestFilesAreShort' ./cmd/overgang

fuzz: ## every fuzz target for FUZZTIME each
	@for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "== $$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
		done; \
	done

golden: ## rewrite the golden responses from what the code answers now
	@for d in $$(git grep -l 'flag.Bool("update"' -- '*_test.go' | xargs -rn1 dirname | sort -u); do \
		echo "== $$d"; $(GO) test ./$$d -update || exit 1; \
	done

crash: build ## kill -9 under load, CRASHES rounds: no acknowledged receipt may be lost
	OVERGANG_CRASHES=$(CRASHES) $(GO) test -count=1 -run '^TestCrash$$' -v -timeout 60m ./cmd/overgang

interop: build ## the foreign clients do the main job against the real binary
	interop/run

bench: build ## the table of docs/performance.md, with the peers beside it
	bench/run

clean: ## remove what was built
	rm -rf bin .build
