/* SPDX-License-Identifier: MIT
 * Draws on the terminal's other screen, without its cursor and its echo.
 *
 * Signals are let through while we wait and at no other time, so that none is
 * missed and every way out leads past screen_give_back().
 */
#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "term_wrap.h"

#define TAKE "\033[?1049h\033[?25l"
#define GIVE_BACK "\033[?25h\033[?1049l"
#define CTRL_C 3

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

static struct {
	struct termios before;
	bool has_keys; /* standard input is this terminal */
	sigset_t mask;
} screen;

static volatile sig_atomic_t leaving;

static void leave(int number)
{
	(void)number;
	leaving = 1;
}

static void ignore(int number)
{
	(void)number;
}

/* The terminal takes everything, or there is nothing left to draw on. */
static void put(const char *text, size_t len)
{
	while (len) {
		const ssize_t done = write(STDOUT_FILENO, text, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			leaving = 1;
			return;
		}
		text += done;
		len -= (size_t)done;
	}
}

static void hold_signals(void)
{
	struct sigaction action = {.sa_handler = leave};
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		sigaction(ends[i], &action, NULL);
		sigaddset(&held, ends[i]);
	}
	action.sa_handler = ignore;
	sigaction(SIGWINCH, &action, NULL);
	sigaddset(&held, SIGWINCH);
	sigprocmask(SIG_BLOCK, &held, &screen.mask);
}

bool screen_take(void)
{
	struct termios quiet;

	if (!isatty(STDOUT_FILENO) || terminal_is_dumb())
		return false;
	hold_signals();
	screen.has_keys = !tcgetattr(STDIN_FILENO, &screen.before);
	if (screen.has_keys) {
		quiet = screen.before;
		quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
		tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
	}
	put(TAKE, sizeof TAKE - 1);
	return true;
}

void screen_give_back(void)
{
	put(GIVE_BACK, sizeof GIVE_BACK - 1);
	if (screen.has_keys)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &screen.before);
	sigprocmask(SIG_SETMASK, &screen.mask, NULL);
}

struct screen_size screen_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col ||
	    !size.ws_row)
		return (struct screen_size){80, 24};
	return (struct screen_size){size.ws_col, size.ws_row};
}

/* Each line overwrites what stood there; what is below goes. No newline after
 * the last one, which would scroll. */
void screen_show(const char *text, size_t len)
{
	const char *end = text + len;

	put("\033[H", 3);
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		stop = stop ? stop : end;
		put(text, (size_t)(stop - text));
		put("\033[K", 3);
		text = stop + 1;
		if (text < end)
			put("\r\n", 2);
	}
	put("\033[J", 3);
}

/* True when one of the keys says so, or when the terminal is gone. */
static bool read_keys(void)
{
	char keys[64];
	const ssize_t got = read(STDIN_FILENO, keys, sizeof keys);

	for (ssize_t i = 0; i < got; i++)
		if (keys[i] == 'q' || keys[i] == 'Q' || keys[i] == CTRL_C)
			return true;
	return !got || (got < 0 && errno != EINTR && errno != EAGAIN);
}

static int64_t milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

bool screen_wait(unsigned how_long)
{
	struct pollfd keys = {screen.has_keys ? STDIN_FILENO : -1, POLLIN, 0};
	const int64_t until = milliseconds() + how_long;

	while (!leaving) {
		const int64_t left = until - milliseconds();
		const struct timespec wait = {left / 1000,
					      left % 1000 * 1000000};
		int ready;

		if (left <= 0)
			return true;
		ready = ppoll(&keys, 1, &wait, &screen.mask);
		if (ready < 0)
			return errno == EINTR && !leaving;
		if (ready && read_keys())
			return false;
	}
	return false;
}
