# The module against Debian's nginx-dev, its tests and its package: "make help" lists what there is.

BUILD     ?= build
JOBS      ?= $(shell nproc)
DESTDIR   ?=
T         ?=
NGINX_SRC ?= /usr/share/nginx/src
SANITIZE  ?=
REDIS     ?= redis-server
ANALYSIS  ?= shallow
ROUNDS    ?= 20
CASES     ?=

SHELL         := /bin/bash
.SHELLFLAGS   := -euo pipefail -c
MAKEFLAGS     += --no-print-directory
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.ONESHELL:
.PHONY: all unit test asan valgrind lint format format-check
.PHONY: bench install uninstall deb needs demo demo-redis stop clean help FORCE

ifneq ($(words $(CURDIR)),1)
$(error nginx's build cannot cope with the blanks in "$(CURDIR)": move it to a path without)
endif

name   := ngx_http_auth_session_module
module := $(BUILD)/$(name).so
ctl    := $(BUILD)/session-ctl
unit   := $(BUILD)/unit/unit
objs   := $(abspath $(BUILD))/nginx

sources := $(shell find src -name '*.cpp' | LC_ALL=C sort)
headers := $(shell find src -name '*.hpp' | LC_ALL=C sort)
pure    := $(filter src/cache/% src/jwt/% src/redis/% src/session/% src/status/% src/store/%,$(sources))

# The jobs of an outer "make -j" are shared; without one there are as many as processors.
parallel = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
warnings = -W -Wall -Wpointer-arith -Wno-unused-parameter -Werror
sanitize = $(if $(SANITIZE),-Og -g1 -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS \
    -fsanitize=$(SANITIZE) -fno-sanitize-recover=all)

## Build

.PHONY: module-built ctl-built unit-built load-built tidied
module-built: $(module); @:
ctl-built: $(ctl); @:
unit-built: $(unit); @:

all: $(module) $(ctl) ## build the module and session-ctl, in build/ (the default)
	@echo '  OK    $^'

# What nginx's configure depends on; a new time only where a source came or went or nginx-dev is
# another.
$(BUILD)/inputs: FORCE
	@mkdir -p $(@D)
	inputs="$$(dpkg-query -Wf '$${Version}' nginx-dev 2> /dev/null || true) $(sources) $(headers)"
	[ "$$(cat $@ 2> /dev/null || true)" = "$$inputs" ] || echo "$$inputs" > $@

$(objs)/Makefile: config Makefile $(BUILD)/inputs
	@[ -f $(NGINX_SRC)/conf_flags ] || { echo 'nginx-dev is missing: run "make needs"' >&2; exit 1; }
	echo '  CONF  nginx'
	mkdir -p $(@D)
	export ASAN_OPTIONS=detect_leaks=0 $(if $(SANITIZE),DEB_BUILD_MAINT_OPTIONS=hardening=-fortify)
	compile="$$(dpkg-buildflags --get CXXFLAGS) $$(dpkg-buildflags --get CPPFLAGS) -fPIC $(sanitize)"
	link="$$(dpkg-buildflags --get LDFLAGS) -fPIC $(sanitize)"
	cd $(NGINX_SRC)
	. ./conf_flags
	./configure "$${NGX_CONF_FLAGS[@]}" --with-cc-opt="$$compile" --with-ld-opt="$$link" \
	    --add-dynamic-module=$(CURDIR) --builddir=$(@D) > $(@D)/configure.log 2>&1 || {
	    tail -n 20 $(@D)/configure.log >&2
	    echo 'nginx configure failed: see configure.log and autoconf.err in $(@D)' >&2
	    exit 1
	}

# A line for each source and for the link; what the compiler has to say comes through untouched.
$(module): $(objs)/Makefile $(sources) $(headers) src/exports.map
	@$(MAKE) $(parallel) -f $< -C $(NGINX_SRC) modules |
	    sed -un -e 's|^[[:space:]]*$(CURDIR)/\(src/.*\.cpp\)$$|  CXX   \1|p' \
	        -e 's|.* -o .*/\($(name)\.so\).*|  LINK  \1|p'
	cp $(objs)/$(name).so $@

# It is linked of the module's own objects: what it says of a token is what nginx says.
$(ctl): $(module) $(wildcard src/ctl/*) Makefile
	@export CXXFLAGS="$$(dpkg-buildflags --get CXXFLAGS) $(sanitize)"
	export CPPFLAGS="$$(dpkg-buildflags --get CPPFLAGS)"
	export LDFLAGS="$$(dpkg-buildflags --get LDFLAGS) $(sanitize)"
	$(MAKE) -s $(parallel) -f src/ctl/Makefile OBJECTS=$(objs)/addon OUT=$@

unit_sources := $(wildcard t/unit/*.cpp)
unit_objects := $(unit_sources:t/%.cpp=$(BUILD)/%.o)

$(BUILD)/unit/%.o: t/unit/%.cpp
	@echo '  CXX   $<'
	mkdir -p $(@D)
	$(CXX) -std=c++17 -g -O1 $(warnings) $(sanitize) -D_GLIBCXX_ASSERTIONS -MMD -MP -c -o $@ $<

# Linked, like session-ctl, of the objects that nginx runs.
$(unit): $(module) $(unit_objects)
	@echo '  LINK  $(@F)'
	$(CXX) $(sanitize) -o $@ $(unit_objects) $(pure:src/%.cpp=$(objs)/addon/%.o) -lhiredis -ljansson -lcrypto -lz

-include $(unit_objects:.o=.d)

## Test

unit: ## the unit tests of the pure code, which run without nginx
	@$(MAKE) $(parallel) unit-built
	t/tools/run-tests $(unit) $(unit)

test: needs ## install what is missing, build, run all tests, failed ones twice; T=t/one.t runs one
	@$(MAKE) $(parallel) module-built ctl-built unit-built
	export TEST_NGINX_MODULE=$(abspath $(module)) TEST_SESSION_CTL=$(abspath $(ctl))
	export JOBS=$(JOBS) SANITIZE=$(SANITIZE) TEST_REDIS_SERVER=$(REDIS)
	t/tools/run-tests $(unit) $(T)

asan: ## the same with AddressSanitizer and UBSan, in build/asan, without what mostly waits
	@$(MAKE) BUILD=$(BUILD)/asan SANITIZE=address,undefined test

valgrind: ## the demo and ten reloads with nginx in valgrind
	@t/tools/needs --tools
	$(MAKE) $(parallel) module-built
	t/tools/valgrind $(module) $(BUILD)/valgrind

## Measure

load         := $(BUILD)/bench/load
load_sources := $(wildcard t/bench/load/*.cpp)

$(load): $(load_sources) $(wildcard t/bench/load/*.hpp)
	@echo '  CXX   t/bench/load'
	mkdir -p $(@D)
	$(CXX) -std=c++17 -O2 $(warnings) -o $@ $(load_sources)

load-built: $(load); @:

bench: ## CPU time a request beside bare nginx and what else Debian has; 3 quiet minutes
	@t/bench/needs $(BUILD)/bench/packages
	$(MAKE) $(parallel) module-built load-built
	export BENCH_LOAD=$(abspath $(load)) BENCH_PACKAGES=$(abspath $(BUILD)/bench/packages)
	set -f
	t/bench/run $(module) $(ROUNDS) $(CASES)

## Form

written := $(sources) $(headers) $(wildcard t/unit/*.cpp t/unit/*.hpp t/bench/load/*)

# nginx's own include paths, as system headers: its warnings are not ours.
nginx_includes = $$(sed -n '/^ALL_INCS/,/[^\\]$$/s/.*-I \([^ ]*\).*/\1/p' $(objs)/Makefile | \
    sed 's|^[^/]|$(NGINX_SRC)/&|; s|^|-isystem |')

analysis = -Xclang -analyzer-config -Xclang mode=$(ANALYSIS)

$(BUILD)/lint/%.tidy: %.cpp $(headers) .clang-tidy | $(objs)/Makefile
	@echo '  TIDY  $<'
	mkdir -p $(@D)
	clang-tidy --quiet $< -- -std=gnu++17 $(warnings) $(analysis) $(nginx_includes) > $@ 2>&1 ||
	    { cat $@ >&2; exit 1; }

tidied: $(sources:%.cpp=$(BUILD)/lint/%.tidy); @:

lint: ## clang-tidy, the layers of the tree, the syntax of tests and scripts
	@t/tools/needs --tools
	t/tools/layers
	t/tools/syntax
	$(MAKE) $(parallel) --keep-going tidied

format: ## clang-format what is C++
	@t/tools/needs --tools
	clang-format -i $(written)

format-check: ## fail where "make format" would change something
	@t/tools/needs --tools
	clang-format --dry-run -Werror $(written)

## Install

modules   := $(DESTDIR)/usr/lib/nginx/modules
available := $(DESTDIR)/usr/share/nginx/modules-available/mod-http-auth-session.conf
enabled   := $(DESTDIR)/etc/nginx/modules-enabled/50-mod-http-auth-session.conf
package   := libnginx-mod-http-auth-session
as_root    = $(if $(DESTDIR),,$(if $(filter-out 0,$(shell id -u)),sudo))

install: $(module) $(ctl) ## into the packaged nginx, enabled; sudo where it is needed; honours DESTDIR
	@if [ -z '$(DESTDIR)' ] && dpkg -s $(package) > /dev/null 2>&1; then
	    echo 'the package $(package) is installed: purge it, or install what "make deb" leaves' >&2
	    exit 1
	fi
	$(as_root) install -D -m 644 $(module) -t $(modules)
	$(as_root) install -D -m 755 $(ctl) -t $(DESTDIR)/usr/bin
	$(as_root) install -D -m 644 /dev/stdin $(available) <<< 'load_module modules/$(name).so;'
	$(as_root) install -d $(dir $(enabled))
	$(as_root) ln -sf $(available:$(DESTDIR)%=%) $(enabled)
	echo '  OK    $(modules)/$(name).so, enabled: reload nginx to use it'

uninstall: ## undo "make install"
	@$(as_root) rm -f $(enabled) $(available) $(modules)/$(name).so \
	    $(DESTDIR)/usr/bin/session-ctl
	echo '  OK    removed: reload nginx to do without it'

deb: needs ## a Debian package, build/libnginx-mod-http-auth-session_VERSION_ARCH.deb
	@rm -rf $(BUILD)/deb $(BUILD)/*.deb
	mkdir -p $(BUILD)/deb/src
	left_out=$$(git -c safe.directory=$(CURDIR) ls-files --others --exclude-standard | tr '\n' ' ')
	[ -z "$$left_out" ] || echo "  NOTE  not in git, so not in the package: $$left_out" >&2
	git -c safe.directory=$(CURDIR) ls-files -z | xargs -0 cp -a --parents -t $(BUILD)/deb/src
	cd $(BUILD)/deb/src
	echo '  DEB   $(package)'
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
	    dpkg-buildpackage -us -uc -b -d -j$(JOBS) > ../build.log 2>&1 || {
	    tail -n 30 ../build.log >&2
	    echo 'dpkg-buildpackage failed: see $(BUILD)/deb/build.log' >&2
	    exit 1
	}
	cp ../$(package)_*.deb $(abspath $(BUILD))
	ls $(abspath $(BUILD))/*.deb

needs: ## install what debian/control lists and this machine lacks
	@t/tools/needs

## Try

demo: needs ## build, start an nginx on loopback, walk through what the module does
	@$(MAKE) $(parallel) module-built
	t/demo/run $(module) $(BUILD)/demo

demo-redis: needs ## the same with a private Redis that two nginx share
	@$(MAKE) $(parallel) module-built
	t/demo/run $(module) $(BUILD)/demo redis

stop: ## stop what the demos left running
	@t/demo/stop $(BUILD)/demo

clean: stop ## remove build/
	@rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '
	    /^## / { print "\n" substr($$0, 4) }
	    /^[a-z-]+:.*## / { printf "  %-14s%s\n", $$1, $$2 }
	    END { print "\nVariables" }' Makefile
	echo '  BUILD         where everything is built: $(BUILD)'
	echo '  JOBS          how much at a time: $(JOBS)'
	echo '  T             the test files of test and asan: all'
	echo '  REDIS         the server that the tests run, or valkey-server: $(REDIS)'
	echo '  ANALYSIS      how far lint follows calls, shallow or deep, thrice as long: $(ANALYSIS)'
	echo '  ROUNDS        how often bench measures each case: $(ROUNDS)'
	echo '  CASES         the cases of bench, as patterns, "cached-* strict": all'
	echo '  DESTDIR       a root for install and uninstall: none'
	echo '  NGINX_SRC     the sources of nginx, as nginx-dev brings them: $(NGINX_SRC)'
