# The library and the tool: flags, objects, and what they are linked of.
WARN = -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes \
       -Wstrict-prototypes -Wundef -Wvla $(if $(filter 1,$(WERROR)),-Werror)
CPPFLAGS += -D_GNU_SOURCE -D_LARGEFILE64_SOURCE -MMD -MP -iquote shim
CC_ALL = $(CC) -std=gnu11 $(WARN) $(CFLAGS) $(CPPFLAGS)
# Inside a program we are a guest: nothing exported by default, no fortified
# import (musl has none), no stack protector (the watch task has no TLS).
LIB_FLAGS = -fPIC -fvisibility=hidden -fno-stack-protector -U_FORTIFY_SOURCE \
	    -fasynchronous-unwind-tables -ffunction-sections -fdata-sections \
	    $(FLAGS.$(ABI)) -iquote shim/preload -DSYSCONFDIR='"$(SYSCONFDIR)"'
CTL_LIBS = -lconfuse
CTL_FLAGS = -DSYSCONFDIR='"$(SYSCONFDIR)"' $(patsubst %,-I%,shim/ctl $(wildcard shim/ctl/*/))

CORE = $(wildcard shim/core/*.c)
LIB_OBJ = $(patsubst shim/%.c,$B/lib/%.o,$(CORE) $(wildcard shim/preload/*/*.c))
CTL_OBJ = $(patsubst shim/%.c,$B/ctl/%.o,$(CORE) $(wildcard shim/ctl/*.c shim/ctl/*/*.c))
EXAMPLES = $(patsubst %.c,$B/%,$(wildcard examples/*.c))

# What there must be to compile anything, and its package. Not parsed: cmocka.h
# wants others before it.
PACKAGE.stdio.h = gcc libc6-dev
PACKAGE.confuse.h = libconfuse-dev
PACKAGE.cmocka.h = libcmocka-dev
$B/has/%:
	@mkdir -p $(@D)
	@$(CC) -include $* -E -xc /dev/null >/dev/null || { \
		echo 'needed: $*; in Debian: apt-get install $(PACKAGE.$*)' >&2; exit 1; }
	@touch $@

# Only a SYSCONFDIR that is another one than last time rebuilds anything.
$B/sysconfdir: FORCE
	@mkdir -p $(@D)
	@echo '$(SYSCONFDIR)' | cmp -s - $@ || echo '$(SYSCONFDIR)' >$@

# A sanitizer keeps what it knows of a thread where libc keeps a thread's own,
# and the watch task is no thread: what begins and ends it is not sanitized,
# nor, for races, is anything it runs.
PLAIN = preload/watchdog/watchdog preload/watchdog/raw_thread preload/watchdog/helper_thread preload/mend/supersede
$(patsubst %,$B/lib/%.o,$(basename $(PLAIN))): override CFLAGS := $(filter-out -fsanitize=%,$(CFLAGS))
$B/lib/%.o: shim/%.c $B/sysconfdir | $B/has/stdio.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) $(LIB_FLAGS) -c -o $@ $<

$B/ctl/%.o: shim/%.c $B/sysconfdir | $B/has/stdio.h $B/has/confuse.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) $(CTL_FLAGS) -c -o $@ $<

# Against an empty libc.so.6 that names what we use, in the versions of glibc
# 2.17: one file loads on every later one, and dlsym, which moved between
# libc's files over the years, stays a weak name (interpose/real.c). musl ignores versions.
$B/stub/libc.so.6: shim/build/stub/libc.c shim/build/stub/libc.$(ABI:musl=gnu).map | $B/has/stdio.h
	@mkdir -p $(@D)
	$(call say,STUB,$@)$(CC) -w -fno-builtin -nostdlib -fPIC -shared -o $@ $< \
		-Wl,-soname,libc.so.6 -Wl,--version-script=$(word 2,$^)

$B/exports.map: shim/preload/interpose/calls.h shim/build/exports.sh | $B/has/stdio.h
	@mkdir -p $(@D)
	$(call say,MAP,$@)sh shim/build/exports.sh $(CC) <$< >$@

$B/libsockmend.so: $(LIB_OBJ) $B/exports.map $B/stub/libc.so.6 shim/build/data.ld
	$(call say,LINK,$@)$(CC) $(CFLAGS) -nostdlib -shared -o $@ $(LIB_OBJ) $B/stub/libc.so.6 $(LIB_LIBS) -lgcc \
		-Wl,--version-script=$B/exports.map -Wl,-z,defs -Wl,-z,relro \
		-Wl,-T,shim/build/data.ld \
		-Wl,--gc-sections -Wl,-z,nodelete -Wl,--hash-style=both -Wl,-soname,libsockmend.so $(LINK.$(ABI))

$B/races/libsockmend.so: FORCE
	$Q$(MAKE) --no-print-directory RACES=1 B=$B/races $@

$B/sockmendctl: $(CTL_OBJ)
	$(call say,LINK,$@)$(CC) $(CFLAGS) -o $@ $^ $(CTL_LIBS)

$B/sockmend: shim/wrapper/sockmend
	@mkdir -p $(@D)
	$(call say,COPY,$@)install -m 755 $< $@

# Legacy programs, as their vendors built them: no warnings, no hardening.
$B/examples/%: examples/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) -w -O1 -o $@ $<
