# What the tests are built of.
PROBES = $(patsubst %.c,$B/%,$(wildcard tests/programs/*.c))
BENCH = $(patsubst %.c,$B/%,$(wildcard tests/bench/programs/*.c))
DIFFER = $(patsubst %.c,$B/%.o,$(wildcard tests/differential/*.c))
UNITS = $(patsubst %.c,$B/%,$(wildcard tests/unit/*.c))
FUZZ = $(patsubst tests/%.c,$B/%,$(wildcard tests/fuzz/*.c))

$B/tests/programs/%: tests/programs/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) -Itests/lib -o $@ $< -lpthread

$B/tests/bench/programs/%: tests/bench/programs/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) -Itests/lib -o $@ $<

$B/tests/differential/%.o: tests/differential/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) -c -o $@ $<

$B/tests/differential/differ: $(DIFFER)
	$(call say,LINK,$@)$(CC) $(CFLAGS) -o $@ $^ -lpthread

# Unit tests link the pure files, never the interposers.
$B/tests/unit/%: tests/unit/%.c $(filter-out %/main.o,$(CTL_OBJ)) | $B/has/cmocka.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) $(CTL_FLAGS) -o $@ $(filter %.c %.o,$^) -lcmocka -lconfuse

# Fuzz targets, with the files they reach made anew: libFuzzer is clang's.
FUZZ_CC = clang -std=gnu11 $(WARN) -O1 -g $(CPPFLAGS) $(CTL_FLAGS) \
	  -fsanitize=address,undefined -fno-sanitize-recover=all
$B/fuzz/shim/%.o: shim/%.c $B/sysconfdir
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)$(FUZZ_CC) -fsanitize=fuzzer-no-link -c -o $@ $<

$B/fuzz/%: tests/fuzz/%.c $(patsubst $B/ctl/%,$B/fuzz/shim/%,$(filter-out %/main.o,$(CTL_OBJ)))
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)$(FUZZ_CC) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) -lconfuse
