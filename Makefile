# Everything is built once, in Release, into artifacts/; the targets below share that build. CONFIGURATION=Debug builds the other one.
# Prerequisites: the .NET 10 SDK, Node.js 20 or newer, make. CLEW_CHDB_LIBRARY=/path/to/libchdb.so spares the download of the engine.

SHELL := bash
.DEFAULT_GOAL := help

CONFIGURATION ?= Release
DATA ?= data
SECONDS_EACH ?= 60
export CONFIGURATION
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1

configuration := $(shell echo '$(CONFIGURATION)' | tr '[:upper:]' '[:lower:]')
built := artifacts/built-$(configuration)
# Folders are listed too: their time changes when a file goes.
sources := $(shell find src tests bench examples native web -mindepth 1 \( -name node_modules -o -path tests/js -o -path web/dist -o -name results \) -prune -o \( -type d -o -type f \) -print 2>/dev/null) \
	$(wildcard Clew.slnx Directory.Build.* Directory.Packages.props .editorconfig BannedSymbols.txt global.json)

.PHONY: build test lint format demo lab-record run screenshots bench bench-large eval fuzz accept clean help prerequisites

build: $(built) ## restore as locked, fetch the engine, compile with warnings as errors

$(built): $(sources) | prerequisites
	@mkdir -p artifacts && touch $@.begun
	dotnet restore Clew.slnx --locked-mode -v quiet
	dotnet build Clew.slnx --no-restore -c $(CONFIGURATION) -warnaserror -v minimal -nologo
	@mv $@.begun $@

test: build ## every test; the last line is "N passed, N failed, N skipped"   (FILTER=… as dotnet test has it)
	@build/test-packages
	@build/test

lint: build ## formatting, scripts, lock files, things that do not belong into the tree
	@build/lint

format: ## mend the formatting that lint complains about
	dotnet format whitespace . --folder --exclude artifacts native/node_modules web/node_modules
	@sh web/build install && cd web && node_modules/.bin/prettier --write --log-level warn .

demo: build ## play an incident in a small shop and watch Clew name its cause   (EXIT=1 ends after the report)
	@NO_BUILD=1 EXIT='$(EXIT)' examples/shop/demo

lab-record: build ## play every scenario of the lab and record what investigations see, for the tests   (an hour; NAMES=…)
	@./clew lab record tests/Clew.Tests/Analysis/Lab/Recordings $(NAMES)

run: build ## serve on 2539 (API), 4317 and 4318 (OTLP)   (DATA=data, ARGS=…)
	@exec dotnet artifacts/bin/Clew/$(configuration)/clew.dll serve --data '$(DATA)' $(ARGS)

screenshots: build ## every page of the web interface in light and dark, of the demonstration, into web/screenshots   (CLEW_CHROMIUM=…)
	@sh web/build install && cd web && CLEW_SERVER='$(CURDIR)/artifacts/bin/Clew/$(configuration)/clew.dll' node_modules/.bin/playwright test -c playwright.screenshots.config.ts

bench: build ## speed, memory and disk, measured end to end   (SPANS=…, CONNECTIONS=…; see bench/run.sh)
	@NO_BUILD=1 bench/run.sh

bench-large: build ## the same over 10 million spans, log lines and samples (ten minutes)
	@NO_BUILD=1 LARGE=1 bench/run.sh

eval: build ## investigate recorded incidents, correlate logs without traces, and score the answers
	@NO_BUILD=1 eval/run.sh
	@NO_BUILD=1 eval/correlate.sh
	@NO_BUILD=1 eval/lab.sh

fuzz: build ## random input for every decoder   (SECONDS_EACH=60)
	@CLEW_FUZZ_SECONDS='$(SECONDS_EACH)' HANG="$$(($(SECONDS_EACH) * 2 + 180))s" FILTER='FullyQualifiedName~FuzzTests' build/test

accept: build ## take what tests produce as what they expect: docs/limits.md, SQL, renderings, golden answers; then review the diff
	@CLEW_ACCEPT=1 build/test; git diff --stat

clean: ## delete what was built (not the engine, not your data)
	rm -rf artifacts

prerequisites:
	@build/prerequisites

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
