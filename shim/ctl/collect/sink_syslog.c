/* SPDX-License-Identifier: MIT
 * Events to syslog (RFC 3164, as syslog(3) writes it). syslog(3) itself would
 * not tell whether anybody took the message.
 */
#include <stdio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "event_print.h"
#include "sink.h"

#define DEV_LOG "/dev/log"

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static const char *put(struct sink *sink, const struct record *record)
{
	const time_t when = record->event.time / 1000000000;
	char line[EVENT_TEXT_MAX], message[EVENT_TEXT_MAX + 64];
	struct strbuf t = strbuf_over(line, sizeof line);
	struct tm tm = {0};
	int len;

	localtime_r(&when, &tm);
	event_text(&record->event, record->program, &t);
	len = snprintf(message, sizeof message,
		       "<%d>%s %2d %02d:%02d:%02d sockmend[%d]: %s",
		       LOG_DAEMON | record_priority(record), months[tm.tm_mon],
		       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, getpid(),
		       line);
	return datagram_send(&sink->to, message, (size_t)len);
}

struct sink sink_to_syslog(void)
{
	return (struct sink){.name = "syslog at " DEV_LOG,
			     .put = put,
			     .refresh = sink_leave,
			     .reopen = sink_leave,
			     .to = {DEV_LOG, -1}};
}
