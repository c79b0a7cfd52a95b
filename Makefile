# `make demo` shows the worker at work, `make test` proves it. Both install what
# this machine lacks. `make help` lists the rest.

SHELL := /bin/sh
DENO := $(CURDIR)/.cache/bin/deno
ENGINE := deploy/dev/engine.sh
export PATH := $(CURDIR)/.cache/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test check bench build setup stop clean

help: ## lists the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 16

setup: ## installs Deno, and what the demo and the tests talk to
	@deploy/dev/setup.sh engine

demo: setup ## builds and pushes an image through the whole worker
	@REGISTRY=$$(deploy/dev/registry.sh start) DOCKER_HOST=$$($(ENGINE) start) \
		$(DENO) task --quiet demo

test: setup ## checks format, lint and types, and runs every test
	@deploy/dev/test.sh

check: setup ## checks format, lint and types
	@$(DENO) task --quiet check

bench: setup ## measures the worker against plain tools, as ratios
	@DOCKER_HOST=$$($(ENGINE) start) $(DENO) task --quiet bench

build: setup ## compiles bin/quay-builder
	@$(DENO) task --quiet build

stop: ## ends what `make demo` left running to look at
	@deploy/dev/registry.sh stop
	@$(ENGINE) stop

clean: stop ## removes what the other targets made in this directory
	@rm -rf .cache bin
