# `make run` and `make test` need nothing but a Swift toolchain: they install what else is missing.

BINARY := .build/release/tailrace
BUILD := swift build -c release --product tailrace

.PHONY: run demo build schema man completions deb test check sanitize fuzz bench pictures soak clean setup-run setup-test

# Builds and starts the relay; ARGS are handed to it, as in: make run ARGS="--config etc/tailrace.toml"
run: build
	exec $(BINARY) serve $(ARGS)

demo: build
	exec $(BINARY) demo $(ARGS)

build: setup-run
	$(BUILD)

# The schema of the configuration for editors; a test says when it is not the newest.
schema: build
	$(BINARY) config-schema > etc/tailrace.schema.json

# Manual pages in .build/man, one for each command; made from what the relay says of itself.
man: build
	mkdir -p .build/man
	$(BINARY) --experimental-dump-help | scripts/manual .build/man

# A Debian package in .build/deb, with the Swift runtime inside.
deb: build
	scripts/package $(ARGS)

# Shell completions in .build/completions; made from the commands themselves.
completions: build
	mkdir -p .build/completions
	$(BINARY) --generate-completion-script bash > .build/completions/tailrace.bash
	$(BINARY) --generate-completion-script zsh > .build/completions/_tailrace
	$(BINARY) --generate-completion-script fish > .build/completions/tailrace.fish

# All parts, or some: make test PARTS="unit web"
test: setup-test
	$(BUILD)
	scripts/test $(PARTS)

check: setup-run
	scripts/check

# Races and wrong memory in the unit tests, each in a build folder of its own: make sanitize ARGS="thread TailraceHubTests"
sanitize: setup-test
	scripts/sanitize $(ARGS)

# All fuzz targets for a minute each: make fuzz ARGS="FilterFuzz --seconds 600"
fuzz: setup-run
	scripts/fuzz $(ARGS)

# Every state of the page in .build/pictures; those of the readme are taken from there.
pictures: setup-test
	$(BUILD)
	.venv/bin/python -m pytest -q Tests/browser/test_pictures.py
	cp .build/pictures/panels-dark.png docs/images/page.png
	cp .build/pictures/troubled-dark.png docs/images/page-held.png

# What takes minutes: storms in full size, and the page under load with the limits of a machine that does nothing else.
soak: setup-test
	$(BUILD)
	.venv/bin/python -m pytest Tests/integration -m soak
	TAILRACE_LOAD_SECONDS=120 TAILRACE_QUIET=1 .venv/bin/python -m pytest -s Tests/browser/test_load.py

bench: setup-test
	$(BUILD)
	Benchmarks/run $(ARGS)

clean:
	rm -rf .build .venv

setup-run:
	@scripts/setup run

setup-test:
	@scripts/setup test
