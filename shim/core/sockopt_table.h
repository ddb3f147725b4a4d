/* SPDX-License-Identifier: MIT
 * Every socket option a rule may set: the rows of its `set` section.
 *
 * A row is a row of rule_options.h and, behind it, what the kernel calls it:
 * level, option, the form its value takes there, how many of our units (ms)
 * make one of the kernel's, and its reach:
 *
 *   BIND       before a bind, whosever it is
 *   INHERITED  any connection; an accepted one has it from its listener
 *   EACH       any connection, each by itself
 *   SERVER     listeners alone
 *   CLIENT     before a connect alone
 *
 * They are set in this order: the kernel makes IP_TOS the priority too.
 * (Inheritance was measured on Linux 6.18. SO_RCVTIMEO is inherited too, but
 * on a listener it would make accept() itself give up.)
 */
#ifndef SOCKMEND_SOCKOPT_TABLE_H
#define SOCKMEND_SOCKOPT_TABLE_H

#define FOR_EACH_SOCKOPT(X)                                                    \
	X(SET_SO_KEEPALIVE, "set", "so_keepalive", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, AS_INT, 1,       \
	  INHERITED)                                                           \
	X(SET_SO_REUSEADDR, "set", "so_reuseaddr", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, AS_INT, 1, BIND) \
	X(SET_SO_REUSEPORT, "set", "so_reuseport", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, AS_INT, 1, BIND) \
	X(SET_SO_OOBINLINE, "set", "so_oobinline", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "urgent data stays in line", SOL_SOCKET, SO_OOBINLINE,     \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_SO_DONTROUTE, "set", "so_dontroute", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "only to directly connected hosts", SOL_SOCKET,            \
	  SO_DONTROUTE, AS_INT, 1, INHERITED)                                  \
	X(SET_SO_DEBUG, "set", "so_debug", OPTION_WORD, 0, 0, UNSET, "no|yes", \
	  "kernel debugging", SOL_SOCKET, SO_DEBUG, AS_INT, 1, INHERITED)      \
	X(SET_SO_LINGER, "set", "so_linger", OPTION_WHOLE_TIME, 0, 65535000,   \
	  UNSET, "", "close waits for the peer, or (0s) resets", SOL_SOCKET,   \
	  SO_LINGER, AS_LINGER, SECOND, INHERITED)                             \
	X(SET_SO_RCVBUF, "set", "so_rcvbuf", OPTION_NUMBER, 0, 1073741823,     \
	  UNSET, "", "bytes of receive buffer", SOL_SOCKET, SO_RCVBUF, AS_INT, \
	  1, INHERITED)                                                        \
	X(SET_SO_SNDBUF, "set", "so_sndbuf", OPTION_NUMBER, 0, 1073741823,     \
	  UNSET, "", "bytes of send buffer", SOL_SOCKET, SO_SNDBUF, AS_INT, 1, \
	  INHERITED)                                                           \
	X(SET_SO_RCVBUFFORCE, "set", "so_rcvbufforce", OPTION_NUMBER, 0,       \
	  1073741823, UNSET, "", "the same over rmem_max (CAP_NET_ADMIN)",     \
	  SOL_SOCKET, SO_RCVBUFFORCE, AS_INT, 1, INHERITED)                    \
	X(SET_SO_SNDBUFFORCE, "set", "so_sndbufforce", OPTION_NUMBER, 0,       \
	  1073741823, UNSET, "", "the same over wmem_max (CAP_NET_ADMIN)",     \
	  SOL_SOCKET, SO_SNDBUFFORCE, AS_INT, 1, INHERITED)                    \
	X(SET_SO_RCVLOWAT, "set", "so_rcvlowat", OPTION_NUMBER, 1, 1073741823, \
	  UNSET, "", "bytes before a read returns", SOL_SOCKET, SO_RCVLOWAT,   \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_SO_RCVTIMEO, "set", "so_rcvtimeo", OPTION_TIME, 0,               \
	  INT64_C(2592000000), UNSET, "", "a read gives up (EAGAIN) after",    \
	  SOL_SOCKET, SO_RCVTIMEO, AS_TIMEVAL, 1, EACH)                        \
	X(SET_SO_SNDTIMEO, "set", "so_sndtimeo", OPTION_TIME, 0,               \
	  INT64_C(2592000000), UNSET, "", "a write gives up (EAGAIN) after",   \
	  SOL_SOCKET, SO_SNDTIMEO, AS_TIMEVAL, 1, INHERITED)                   \
	X(SET_SO_MARK, "set", "so_mark", OPTION_NUMBER, 0,                     \
	  INT64_C(4294967295), UNSET, "", "firewall mark (CAP_NET_ADMIN)",     \
	  SOL_SOCKET, SO_MARK, AS_INT, 1, INHERITED)                           \
	X(SET_SO_BINDTODEVICE, "set", "so_bindtodevice", OPTION_TEXT, 1, 15,   \
	  UNSET, "", "interface", SOL_SOCKET, SO_BINDTODEVICE, AS_TEXT, 1,     \
	  INHERITED)                                                           \
	X(SET_SO_BUSY_POLL, "set", "so_busy_poll", OPTION_NUMBER, 0, 1000000,  \
	  UNSET, "", "microseconds of busy polling", SOL_SOCKET, SO_BUSY_POLL, \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_SO_INCOMING_CPU, "set", "so_incoming_cpu", OPTION_NUMBER, 0,     \
	  65535, UNSET, "", "preferred CPU", SOL_SOCKET, SO_INCOMING_CPU,      \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_SO_MAX_PACING_RATE, "set", "so_max_pacing_rate", OPTION_NUMBER,  \
	  0, INT64_C(4294967295), UNSET, "", "bytes a second", SOL_SOCKET,     \
	  SO_MAX_PACING_RATE, AS_INT, 1, INHERITED)                            \
	X(SET_SO_ZEROCOPY, "set", "so_zerocopy", OPTION_WORD, 0, 0, UNSET,     \
	  "no|yes", "MSG_ZEROCOPY is allowed", SOL_SOCKET, SO_ZEROCOPY,        \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_SO_TIMESTAMP, "set", "so_timestamp", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "receive timestamps", SOL_SOCKET, SO_TIMESTAMP, AS_INT, 1, \
	  INHERITED)                                                           \
	X(SET_TCP_NODELAY, "set", "tcp_nodelay", OPTION_WORD, 0, 0, UNSET,     \
	  "no|yes", "small writes are sent at once", IPPROTO_TCP, TCP_NODELAY, \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_TCP_CORK, "set", "tcp_cork", OPTION_WORD, 0, 0, UNSET, "no|yes", \
	  "only full segments are sent", IPPROTO_TCP, TCP_CORK, AS_INT, 1,     \
	  INHERITED)                                                           \
	X(SET_TCP_MAXSEG, "set", "tcp_maxseg", OPTION_NUMBER, 88, 32767,       \
	  UNSET, "", "bytes in a segment", IPPROTO_TCP, TCP_MAXSEG, AS_INT, 1, \
	  INHERITED)                                                           \
	X(SET_TCP_KEEPIDLE, "set", "tcp_keepidle", OPTION_WHOLE_TIME, 1000,    \
	  32767000, UNSET, "", "silence before a probe", IPPROTO_TCP,          \
	  TCP_KEEPIDLE, AS_INT, SECOND, INHERITED)                             \
	X(SET_TCP_KEEPINTVL, "set", "tcp_keepintvl", OPTION_WHOLE_TIME, 1000,  \
	  32767000, UNSET, "", "time between probes", IPPROTO_TCP,             \
	  TCP_KEEPINTVL, AS_INT, SECOND, INHERITED)                            \
	X(SET_TCP_KEEPCNT, "set", "tcp_keepcnt", OPTION_NUMBER, 1, 127, UNSET, \
	  "", "unanswered probes before the end", IPPROTO_TCP, TCP_KEEPCNT,    \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_TCP_USER_TIMEOUT, "set", "tcp_user_timeout", OPTION_TIME, 0,     \
	  86400000, UNSET, "", "unacknowledged data ends it after",            \
	  IPPROTO_TCP, TCP_USER_TIMEOUT, AS_INT, 1, INHERITED)                 \
	X(SET_TCP_SYNCNT, "set", "tcp_syncnt", OPTION_NUMBER, 1, 127, UNSET,   \
	  "", "how often a SYN is sent again", IPPROTO_TCP, TCP_SYNCNT,        \
	  AS_INT, 1, CLIENT)                                                   \
	X(SET_TCP_LINGER2, "set", "tcp_linger2", OPTION_WHOLE_TIME, 0, 120000, \
	  UNSET, "", "time in FIN_WAIT2 after a close", IPPROTO_TCP,           \
	  TCP_LINGER2, AS_INT, SECOND, INHERITED)                              \
	X(SET_TCP_DEFER_ACCEPT, "set", "tcp_defer_accept", OPTION_WHOLE_TIME,  \
	  0, 32767000, UNSET, "", "accept only with data, or after",           \
	  IPPROTO_TCP, TCP_DEFER_ACCEPT, AS_INT, SECOND, SERVER)               \
	X(SET_TCP_WINDOW_CLAMP, "set", "tcp_window_clamp", OPTION_NUMBER, 0,   \
	  1073741823, UNSET, "", "bytes of window at most", IPPROTO_TCP,       \
	  TCP_WINDOW_CLAMP, AS_INT, 1, INHERITED)                              \
	X(SET_TCP_QUICKACK, "set", "tcp_quickack", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "acknowledge at once, for now", IPPROTO_TCP, TCP_QUICKACK, \
	  AS_INT, 1, EACH)                                                     \
	X(SET_TCP_CONGESTION, "set", "tcp_congestion", OPTION_TEXT, 1, 15,     \
	  UNSET, "", "congestion control", IPPROTO_TCP, TCP_CONGESTION,        \
	  AS_TEXT, 1, INHERITED)                                               \
	X(SET_TCP_THIN_LINEAR_TIMEOUTS, "set", "tcp_thin_linear_timeouts",     \
	  OPTION_WORD, 0, 0, UNSET, "no|yes",                                  \
	  "no exponential backoff for thin streams", IPPROTO_TCP,              \
	  TCP_THIN_LINEAR_TIMEOUTS, AS_INT, 1, INHERITED)                      \
	X(SET_TCP_FASTOPEN, "set", "tcp_fastopen", OPTION_NUMBER, 0, 65535,    \
	  UNSET, "", "queue of Fast Open requests (listeners)", IPPROTO_TCP,   \
	  TCP_FASTOPEN, AS_INT, 1, SERVER)                                     \
	X(SET_TCP_FASTOPEN_CONNECT, "set", "tcp_fastopen_connect",             \
	  OPTION_WORD, 0, 0, UNSET, "no|yes", "Fast Open for clients",         \
	  IPPROTO_TCP, TCP_FASTOPEN_CONNECT, AS_INT, 1, CLIENT)                \
	X(SET_TCP_NOTSENT_LOWAT, "set", "tcp_notsent_lowat", OPTION_NUMBER, 0, \
	  INT64_C(4294967295), UNSET, "",                                      \
	  "unsent bytes before poll says writable", IPPROTO_TCP,               \
	  TCP_NOTSENT_LOWAT, AS_INT, 1, INHERITED)                             \
	X(SET_TCP_SAVE_SYN, "set", "tcp_save_syn", OPTION_WORD, 0, 0, UNSET,   \
	  "no|yes", "keep the SYN (listeners)", IPPROTO_TCP, TCP_SAVE_SYN,     \
	  AS_INT, 1, SERVER)                                                   \
	X(SET_TCP_TX_DELAY, "set", "tcp_tx_delay", OPTION_NUMBER, 0,           \
	  2147483647, UNSET, "", "microseconds each segment is delayed",       \
	  IPPROTO_TCP, TCP_TX_DELAY, AS_INT, 1, INHERITED)                     \
	X(SET_IP_TOS, "set", "ip_tos", OPTION_NUMBER, 0, 255, UNSET, "",       \
	  "type of service", IPPROTO_IP, IP_TOS, AS_INT, 1, INHERITED)         \
	X(SET_SO_PRIORITY, "set", "so_priority", OPTION_NUMBER, 0, 6, UNSET,   \
	  "", "queueing priority", SOL_SOCKET, SO_PRIORITY, AS_INT, 1, EACH)   \
	X(SET_IP_TTL, "set", "ip_ttl", OPTION_NUMBER, 1, 255, UNSET, "",       \
	  "time to live", IPPROTO_IP, IP_TTL, AS_INT, 1, INHERITED)            \
	X(SET_IP_MINTTL, "set", "ip_minttl", OPTION_NUMBER, 0, 255, UNSET, "", \
	  "packets with less are dropped", IPPROTO_IP, IP_MINTTL, AS_INT, 1,   \
	  INHERITED)                                                           \
	X(SET_IP_MTU_DISCOVER, "set", "ip_mtu_discover", OPTION_NUMBER, 0, 5,  \
	  UNSET, "", "path MTU discovery", IPPROTO_IP, IP_MTU_DISCOVER,        \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_IP_FREEBIND, "set", "ip_freebind", OPTION_WORD, 0, 0, UNSET,     \
	  "no|yes", "bind to addresses that are not local", IPPROTO_IP,        \
	  IP_FREEBIND, AS_INT, 1, BIND)                                        \
	X(SET_IP_TRANSPARENT, "set", "ip_transparent", OPTION_WORD, 0, 0,      \
	  UNSET, "no|yes", "transparent proxying (CAP_NET_ADMIN)", IPPROTO_IP, \
	  IP_TRANSPARENT, AS_INT, 1, BIND)                                     \
	X(SET_IP_BIND_ADDRESS_NO_PORT, "set", "ip_bind_address_no_port",       \
	  OPTION_WORD, 0, 0, UNSET, "no|yes", "choose the port at connect",    \
	  IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, AS_INT, 1, BIND)                \
	X(SET_IPV6_V6ONLY, "set", "ipv6_v6only", OPTION_WORD, 0, 0, UNSET,     \
	  "no|yes", "IPv6 alone, before the bind", IPPROTO_IPV6, IPV6_V6ONLY,  \
	  AS_INT, 1, BIND)                                                     \
	X(SET_IPV6_UNICAST_HOPS, "set", "ipv6_unicast_hops", OPTION_NUMBER, 0, \
	  255, UNSET, "", "hop limit", IPPROTO_IPV6, IPV6_UNICAST_HOPS,        \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_IPV6_TCLASS, "set", "ipv6_tclass", OPTION_NUMBER, 0, 255, UNSET, \
	  "", "traffic class", IPPROTO_IPV6, IPV6_TCLASS, AS_INT, 1,           \
	  INHERITED)                                                           \
	X(SET_IPV6_MINHOPCOUNT, "set", "ipv6_minhopcount", OPTION_NUMBER, 0,   \
	  255, UNSET, "", "packets with less are dropped", IPPROTO_IPV6,       \
	  IPV6_MINHOPCOUNT, AS_INT, 1, INHERITED)                              \
	X(SET_IPV6_MTU_DISCOVER, "set", "ipv6_mtu_discover", OPTION_NUMBER, 0, \
	  5, UNSET, "", "path MTU discovery", IPPROTO_IPV6, IPV6_MTU_DISCOVER, \
	  AS_INT, 1, INHERITED)                                                \
	X(SET_IPV6_FREEBIND, "set", "ipv6_freebind", OPTION_WORD, 0, 0, UNSET, \
	  "no|yes", "bind to addresses that are not local", IPPROTO_IPV6,      \
	  IPV6_FREEBIND, AS_INT, 1, BIND)

#endif
