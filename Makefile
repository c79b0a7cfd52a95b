# `make demo` shows the worker at work, `make test` proves it. Both install what
# this machine lacks. `make help` lists the rest.

SHELL := /bin/sh
DENO := $(CURDIR)/.cache/bin/deno
ENGINE := deploy/dev/engine.sh
export PATH := $(CURDIR)/.cache/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test soak check bench build bundle setup stop clean \
  build-alpine-image build-alpine build-rhel7-image build-rhel7 \
  verify-images check-deploy sbom audit

help: ## lists the targets
	@sed -n 's/^\([a-z][a-z7-]*\)[^:=]*:.*## /  make \1\t/p' Makefile | expand -t 28

setup: ## installs Deno, and what the demo and the tests talk to
	@deploy/dev/setup.sh engine

demo: setup ## builds and pushes an image through the whole worker
	@REGISTRY=$$(deploy/dev/registry.sh start) DOCKER_HOST=$$($(ENGINE) start) \
		$(DENO) task --quiet demo

test: setup ## checks format, lint and types, and runs every test
	@deploy/dev/test.sh

soak: setup ## runs 200 builds with random faults, of one worker
	@SOAK_BUILDS=200 $(DENO) test --sanitize-ops --sanitize-resources -A \
		tests/faults/soak_test.ts

check: setup ## checks format, lint and types
	@$(DENO) task --quiet check

bench: setup ## measures the worker against plain tools, as ratios
	@DOCKER_HOST=$$($(ENGINE) start) $(DENO) task --quiet bench

build: ## compiles bin/quay-builder
	@deploy/dev/setup.sh
	@deploy/build/compile.sh

bundle: ## makes bin/bundle/quay-builder, for which npm is enough
	@deploy/dev/setup.sh
	@deploy/build/bundle.sh

build-alpine-image build-alpine: ## builds IMAGE:IMAGE_TAG-alpine
	@deploy/image/build.sh alpine

build-rhel7-image build-rhel7: ## builds IMAGE:IMAGE_TAG-rhel7, with SUBSCRIPTION_KEY
	@deploy/image/build.sh rhel7

verify-images: setup ## builds both images from stand-ins, and runs them
	@DOCKER_HOST=$$($(ENGINE) start) deploy/image/verify.sh

check-deploy: setup ## lints scripts, Dockerfiles, manifests and units
	@deploy/check.sh

sbom: ## writes bin/sbom.cdx.json, the list of what is shipped (CycloneDX)
	@deploy/dev/setup.sh
	@mkdir -p bin && deploy/build/sbom.sh >bin/sbom.cdx.json

audit: ## asks the registry for known vulnerabilities of the packages
	@deploy/dev/setup.sh
	@deploy/dev/audit.sh

stop: ## ends what `make demo` left running to look at
	@deploy/dev/registry.sh stop
	@$(ENGINE) stop

clean: stop ## removes what the other targets made, engines and all
	@$(ENGINE) remove
	@rm -rf .cache bin
