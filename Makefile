# make run    sets up, builds and opens Longshore with its built-in demo server
# make test   sets up and runs every test
# make bench  measures against other clients; BENCH=name runs one, BENCH=window
#             the window's frames while 100,000 files are transferred, BENCH=go
#             the parser, table, Delta, journal and copy loops, by benchstat
# make build  bin/longshore and bin/longshorectl
# make package  dist/ with a tarball and a .deb

GL    := gles,migrated_fynedo
GO    ?= go
BENCH ?=
VERSION := $(shell sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)

.PHONY: run test test-programs test-person bench build package clean
.DEFAULT_GOAL := build

run:
	@.ci/setup run
	@$(MAKE) --no-print-directory build
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then exec bin/longshore --demo; \
	else CGO_ENABLED=0 $(GO) build -o bin/drive ./cmd/drive && exec bin/drive --out demo; fi

build:
	@.ci/setup build
	CGO_ENABLED=1 $(GO) build -tags $(GL) -o bin/longshore ./cmd/longshore
	CGO_ENABLED=0 $(GO) build -o bin/longshorectl ./cmd/longshorectl

# The engine is tested with the race detector, the window without X, and then
# as a person would, with Fyne's check for calls on the wrong thread.
test:
	@.ci/setup test
	@$(MAKE) --no-print-directory build
	@bad=$$(gofmt -l cmd transfer sites ui assets); [ -z "$$bad" ] || { echo "gofmt wants: $$bad"; exit 1; }
	CGO_ENABLED=0 $(GO) vet -tags ci ./...
	CGO_ENABLED=0 $(GO) tool staticcheck -tags ci ./...
	CGO_ENABLED=1 $(GO) test -race -timeout 30m ./transfer/... ./sites/... ./ui/model/...
	@$(MAKE) --no-print-directory --output-sync=target -j2 test-programs test-person

test-programs:
	CGO_ENABLED=0 $(GO) test -timeout 30m -tags ci ./assets/... ./cmd/... ./ui ./ui/kit/...

test-person:
	CGO_ENABLED=1 $(GO) build -tags gles -o bin/longshore-checked ./cmd/longshore
	CGO_ENABLED=0 $(GO) build -o bin/drive ./cmd/drive
	bin/drive --out demo --thorough --program bin/longshore-checked

bench:
	@.ci/setup $(if $(filter window,$(BENCH)),test,bench)
	@$(MAKE) --no-print-directory build
ifeq ($(BENCH),window)
	CGO_ENABLED=0 $(GO) build -o bin/drive ./cmd/drive
	bin/drive --out demo --load
else
	$(GO) run ./cmd/bench $(BENCH)
endif

# Without symbols and debug information, which a third of the size is.
package:
	@.ci/setup build
	CGO_ENABLED=1 $(GO) build -tags $(GL) -ldflags '-s -w' -o bin/longshore ./cmd/longshore
	CGO_ENABLED=0 $(GO) build -ldflags '-s -w' -o bin/longshorectl ./cmd/longshorectl
	.ci/package $(VERSION)

clean:
	rm -rf bin dist demo
