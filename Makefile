# The module against Debian's nginx-dev, its tests and its package: "make help" lists what there is.

BUILD     ?= build
JOBS      ?= $(shell nproc)
DESTDIR   ?=
T         ?=
NGINX_SRC ?= /usr/share/nginx/src
SANITIZE  ?=

SHELL         := /bin/bash
.SHELLFLAGS   := -euo pipefail -c
MAKEFLAGS     += --no-print-directory
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.ONESHELL:
.PHONY: all unit test clean help FORCE

ifneq ($(words $(CURDIR)),1)
$(error nginx's build cannot cope with the blanks in "$(CURDIR)": move the sources to a path without)
endif

name   := ngx_http_auth_session_module
module := $(BUILD)/$(name).so
unit   := $(BUILD)/unit/unit
objs   := $(abspath $(BUILD))/nginx

sources := $(shell find src -name '*.cpp' | LC_ALL=C sort)
headers := $(shell find src -name '*.hpp' | LC_ALL=C sort)
pure    := $(filter src/jwt/% src/redis/% src/session/%,$(sources)) $(wildcard t/unit/*.cpp)

# The jobs of an outer "make -j" are shared; without one there are as many as processors.
parallel = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
warnings = -W -Wall -Wpointer-arith -Wno-unused-parameter -Werror
sanitize = $(if $(SANITIZE),-O1 -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all)

## Build

all: $(module) ## build the module, build/ngx_http_auth_session_module.so (the default)

# What nginx's configure depends on; a new time only where a source came or went or nginx-dev is another.
$(BUILD)/inputs: FORCE
	@mkdir -p $(@D)
	inputs="$$(dpkg-query -Wf '$${Version}' nginx-dev 2> /dev/null || true) $(sources) $(headers)"
	[ "$$(cat $@ 2> /dev/null || true)" = "$$inputs" ] || echo "$$inputs" > $@

$(objs)/Makefile: config $(BUILD)/inputs
	@[ -f $(NGINX_SRC)/conf_flags ] || { echo 'nginx-dev is missing: run "make needs"' >&2; exit 1; }
	echo '  CONF  nginx'
	mkdir -p $(@D)
	export ASAN_OPTIONS=detect_leaks=0 $(if $(SANITIZE),DEB_BUILD_MAINT_OPTIONS=hardening=-fortify)
	compile="$$(dpkg-buildflags --get CFLAGS) $$(dpkg-buildflags --get CPPFLAGS) -fPIC $(sanitize)"
	link="$$(dpkg-buildflags --get LDFLAGS) -fPIC $(sanitize)"
	cd $(NGINX_SRC)
	. ./conf_flags
	./configure --with-cc-opt="$$compile" --with-ld-opt="$$link" "$${NGX_CONF_FLAGS[@]}" \
	    --add-dynamic-module=$(CURDIR) --builddir=$(@D) > $(@D)/configure.log 2>&1 || {
	    tail -n 20 $(@D)/configure.log >&2
	    echo 'nginx configure failed: see configure.log and autoconf.err in $(@D)' >&2
	    exit 1
	}

# A line for each source and for the link; what the compiler has to say comes through untouched.
$(module): $(objs)/Makefile $(sources) $(headers) src/exports.map
	@$(MAKE) $(parallel) -f $< -C $(NGINX_SRC) modules |
	    sed -un -e 's|^[[:space:]]*$(CURDIR)/\(src/.*\.cpp\)$$|  CXX   \1|p' -e 's|.* -o .*/\($(name)\.so\).*|  LINK  \1|p'
	cp $(objs)/$(name).so $@

unit_objects := $(pure:%.cpp=$(BUILD)/unit/%.o)

$(BUILD)/unit/%.o: %.cpp
	@echo '  CXX   $<'
	mkdir -p $(@D)
	$(CXX) -std=c++17 -g -O1 $(warnings) $(sanitize) -D_GLIBCXX_ASSERTIONS -MMD -MP -c -o $@ $<

$(unit): $(unit_objects) $(BUILD)/inputs
	@echo '  LINK  $(@F)'
	$(CXX) $(sanitize) -o $@ $(unit_objects) -lhiredis -ljansson -lcrypto

-include $(unit_objects:.o=.d)

## Test

unit: ## the unit tests of the pure code, without nginx
	@$(MAKE) $(parallel) $(unit)
	t/tools/run-tests $(unit)

test: ## build, run all tests; T=t/one.t runs one, JOBS=1 one at a time
	@$(MAKE) $(parallel) $(module) $(unit)
	TEST_NGINX_MODULE=$(abspath $(module)) JOBS=$(JOBS) t/tools/run-tests $(or $(T),$(unit) t/*.t)

clean: ## remove build/
	@rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*?## ' '/^## / { print "\n" substr($$0, 4) ":" } /^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
