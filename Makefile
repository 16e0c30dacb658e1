# fastun: every target works as the first command on a bare Debian 12 that has Swift 6.3.
#
# `make demo` and `make test` make network namespaces and tun devices, so they want root; without it
# the demo says so and the tests of whole tunnels are skipped, with the reason.

SWIFT   ?= swift
PREFIX  ?= /usr/local
DESTDIR ?=
FUZZ    ?= 1000000
FASTUN  := $(CURDIR)/.build/release/fastun
# As on a machine without libipsec-mb: apart, since neither build is to replace the other.
PORTABLE := $(CURDIR)/.build/libcrypto
SOURCES := Package.swift Sources Tests Benchmarks

.DEFAULT_GOAL := help
.PHONY: help deps build demo test test-libcrypto test-kernel soak lint format fuzz bench bench-check bench-peers install clean

help: ## Say what there is to make
	@echo "usage: make TARGET"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install what is missing, by apt-get (asks sudo where not root)
	@.ci/deps

build: deps ## Build fastun, its demo and its benchmarks, optimised
	$(SWIFT) build -c release

demo: build ## Open a tunnel between two namespaces and move real traffic through it (root)
	@FASTUN=$(FASTUN) .build/release/Demo

# FASTUN names the program that tests of whole tunnels start: the optimised one, as users run it.
test: build ## Run all tests, then a million inputs through the fuzzer
	FASTUN=$(FASTUN) $(SWIFT) test --no-parallel
	Tests/Fuzz/run.sh $(FUZZ)

test-libcrypto: build ## Test the fastun of a machine without libipsec-mb
	FASTUN_WITHOUT_IPSEC_MB=1 $(SWIFT) build --scratch-path $(PORTABLE) --product fastun
	@! ldd $(PORTABLE)/debug/fastun | grep -q IPSec_MB || { echo "it seals by libipsec-mb all the same"; exit 1; }
	FASTUN=$(PORTABLE)/debug/fastun $(SWIFT) test --no-parallel --filter 'DamageTests|WireTests|everyWayThroughTheLane'

test-kernel: build ## Run the demo and tests under Debian 12's kernel, in QEMU (root; ARGS='--deb FILE', ARGS=--help)
	@.ci/deps qemu-system-x86 busybox-static cpio kmod
	$(SWIFT) build --build-tests
	Tests/Kernel/run.sh $(ARGS)

soak: build ## Trouble a tunnel for ten minutes or as long as you like (root; ARGS='--minutes 60', ARGS=--help)
	@FASTUN=$(FASTUN) .build/release/Soak $(ARGS)

fuzz: deps ## Fuzz the decoder: FUZZ=N inputs (default a million)
	Tests/Fuzz/run.sh $(FUZZ)

lint: deps ## Check style, scripts where shellcheck is installed, and the README's figures
	$(SWIFT) format lint --strict --recursive $(SOURCES)
	$(SWIFT) run -c release Benchmarks --check-readme
	@if command -v shellcheck >/dev/null; then \
	  echo shellcheck; shellcheck .ci/run .ci/deps .ci/newer perf/*.sh $(wildcard Tests/*/*.sh); \
	else echo "shellcheck is not installed: scripts were not checked"; fi

format: deps ## Format all Swift sources in place
	$(SWIFT) format --in-place --recursive $(SOURCES)

bench: deps ## Compare with a plain loop, VXLAN and other tunnels (root; ARGS=--quick for a look)
	$(SWIFT) run -c release Benchmarks $(ARGS)

bench-peers: ## Install tunnels to compare with, as new as Debian has them, iperf3 and perf
	@.ci/deps openvpn openssl vtun fastd tinc nebula wireguard-go wireguard-tools iperf3 linux-perf

bench-check: deps ## Compare instructions per operation with perf/thresholds.json (ARGS=--update)
	$(SWIFT) build -c release --product Benchmarks
	.build/release/Benchmarks bench-check $(ARGS)

install: ## Install the program, man page and systemd unit: PREFIX=/usr/local, DESTDIR for packagers
	@test -x $(FASTUN) || $(MAKE) build
	install -D -m 0755 $(FASTUN) $(DESTDIR)$(PREFIX)/bin/fastun
	install -D -m 0644 docs/fastun.8 $(DESTDIR)$(PREFIX)/share/man/man8/fastun.8
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/bin|$(PREFIX)/bin|' docs/fastun@.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/fastun@.service

clean: ## Remove what was built
	rm -rf .build
