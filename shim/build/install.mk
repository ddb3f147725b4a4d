# `make install` and `make uninstall`.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib/sockmend
MANDIR = $(PREFIX)/share/man
CONFDIR = $(SYSCONFDIR)/sockmend
UNITDIR = $(PREFIX)/lib/systemd/system
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions

# The library gets its name when it is whole: programs start meanwhile.
install: all
	$Qinstall -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR) $(DESTDIR)$(MANDIR)/man1 \
		$(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(CONFDIR)/apps.d $(DESTDIR)$(CONFDIR)/profiles
	$Qinstall -m 755 $B/sockmend $B/sockmendctl $(DESTDIR)$(BINDIR)
	$Qinstall -m 644 $B/libsockmend.so $(DESTDIR)$(LIBDIR)/libsockmend.so.new
	$Qmv $(DESTDIR)$(LIBDIR)/libsockmend.so.new $(DESTDIR)$(LIBDIR)/libsockmend.so
	$Qcd $B && for library in $(ABIS:%=lib/%/libsockmend.so); do \
		[ ! -e $$library ] || \
			install -D -m 644 $$library $(abspath $(DESTDIR)$(LIBDIR))/$$library; done
	$Qln -sf ../../libsockmend.so $(DESTDIR)$(LIBDIR)/lib/$(ABI)/libsockmend.so
	$Qsh shim/build/links.sh $(DESTDIR)$(LIBDIR) $(ABI)
	$Qinstall -m 644 $(wildcard shim/man/*.1) $(DESTDIR)$(MANDIR)/man1
	$Qinstall -m 644 $(wildcard shim/man/*.5) $(DESTDIR)$(MANDIR)/man5
	$Qinstall -m 644 $(wildcard shim/man/*.7) $(DESTDIR)$(MANDIR)/man7
	$Qinstall -d $(DESTDIR)$(UNITDIR)
	$Qsed 's|@BINDIR@|$(BINDIR)|' conf/packaging/systemd/sockmend-collect.service \
		>$(DESTDIR)$(UNITDIR)/sockmend-collect.service
	$Qchmod 644 $(DESTDIR)$(UNITDIR)/sockmend-collect.service
	$Qinstall -m 644 $(wildcard conf/profiles/*.conf) $(DESTDIR)$(CONFDIR)/profiles
	$Qinstall -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR)
	$Qinstall -m 644 shim/wrapper/completion/sockmend.bash $(DESTDIR)$(BASHDIR)/sockmend
	$Qln -sf sockmend $(DESTDIR)$(BASHDIR)/sockmendctl
	$Qinstall -m 644 shim/wrapper/completion/_sockmend $(DESTDIR)$(ZSHDIR)
	$Qtest -e $(DESTDIR)$(CONFDIR)/sockmend.conf || \
		install -m 644 conf/sockmend.conf $(DESTDIR)$(CONFDIR)

uninstall:
	$Qrm -f $(DESTDIR)$(BINDIR)/sockmend $(DESTDIR)$(BINDIR)/sockmendctl
	$Qrm -f $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(wildcard shim/man/*.1)))
	$Qrm -f $(addprefix $(DESTDIR)$(MANDIR)/man5/,$(notdir $(wildcard shim/man/*.5)))
	$Qrm -f $(addprefix $(DESTDIR)$(MANDIR)/man7/,$(notdir $(wildcard shim/man/*.7)))
	$Qrm -f $(DESTDIR)$(UNITDIR)/sockmend-collect.service
	$Qrm -f $(DESTDIR)$(BASHDIR)/sockmend $(DESTDIR)$(BASHDIR)/sockmendctl
	$Qrm -f $(DESTDIR)$(ZSHDIR)/_sockmend
	$Qrm -rf $(DESTDIR)$(LIBDIR) $(DESTDIR)$(CONFDIR)/profiles
