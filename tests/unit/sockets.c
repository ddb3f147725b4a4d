/* SPDX-License-Identifier: MIT
 * sock_diag's answers: what is told from them, cut off anywhere, from kernels
 * that know less, and with an error in the end.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "tcp_diag.h"

struct answer {
	struct nlmsghdr head;
	struct inet_diag_msg socket;
	struct nlattr attribute;
	struct tcp_info info;
} __attribute__((packed, aligned(8)));

static struct answer connection(void)
{
	struct answer a;

	memset(&a, 0, sizeof a);
	a.head.nlmsg_len = sizeof a;
	a.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	a.socket.idiag_family = AF_INET;
	a.socket.idiag_state = STATE_CLOSE_WAIT;
	a.socket.idiag_inode = 812;
	a.socket.id.idiag_sport = htons(5000);
	a.socket.id.idiag_src[0] = htonl(0x0a000001);
	a.socket.id.idiag_cookie[0] = 7;
	a.socket.id.idiag_cookie[1] = 1;
	a.attribute.nla_type = INET_DIAG_INFO;
	a.attribute.nla_len = sizeof a.attribute + sizeof a.info;
	a.info.tcpi_last_data_recv = 2000;
	a.info.tcpi_notsent_bytes = 9;
	a.info.tcpi_data_segs_out = 3;
	return a;
}

static struct reading take(const void *answer, size_t len,
			   struct tcp_sockets *sockets)
{
	struct reading r = {.out = sockets};
	void *copy = malloc(len ? len : 1); /* ends where its memory does */

	memset(sockets, 0, sizeof *sockets);
	memcpy(copy, answer, len);
	sockets_take(&r, copy, len);
	free(copy);
	return r;
}

static void whole(void **state)
{
	const struct answer a = connection();
	struct tcp_sockets sockets;

	(void)state;
	assert_null(take(&a, sizeof a, &sockets).wrong);
	assert_int_equal(sockets.count, 1);
	assert_int_equal(sockets.of->cookie, (INT64_C(1) << 32) + 7);
	assert_int_equal(sockets.of->inode, 812);
	assert_int_equal(sockets.of->local.port, 5000);
	assert_true(endpoint_is_v4(&sockets.of->local));
	assert_true(sockets.of->has_info && sockets.of->counts_segments);
	assert_int_equal(sockets.of->silent_received, 2000);
	assert_int_equal(sockets.of->notsent, 9);
	assert_int_equal(sockets.of->data_segments_out, 3);
	sockets_free(&sockets);
}

static void of_an_old_kernel(void **state)
{
	struct answer a = connection();
	struct tcp_sockets sockets;
	const size_t known = 104; /* bytes of tcp_info before Linux 3.15 */

	(void)state;
	a.attribute.nla_len = (uint16_t)(sizeof a.attribute + known);
	a.head.nlmsg_len = (uint32_t)(offsetof(struct answer, info) + known);
	assert_null(take(&a, a.head.nlmsg_len, &sockets).wrong);
	assert_true(sockets.of->has_info);
	assert_false(sockets.of->counts_segments);
	assert_int_equal(sockets.of->silent_received, 2000);
	assert_int_equal(sockets.of->notsent, 0);
	sockets_free(&sockets);
}

static void cut_off_anywhere(void **state)
{
	struct answer two[2] = {connection(), connection()};
	struct tcp_sockets sockets;

	(void)state;
	for (size_t len = 0; len <= sizeof two; len++) {
		take(two, len, &sockets);
		assert_true(sockets.count <= len / sizeof *two);
		sockets_free(&sockets);
	}
	/* Lengths that lie. */
	for (unsigned lie = 0; lie < 2 * sizeof *two; lie++) {
		two[0] = connection();
		two[0].head.nlmsg_len = lie;
		take(two, sizeof two, &sockets);
		sockets_free(&sockets);
		two[0] = connection();
		two[0].attribute.nla_len = (uint16_t)lie;
		take(two, sizeof two, &sockets);
		sockets_free(&sockets);
	}
}

static void ends_with_an_error(void **state)
{
	struct {
		struct nlmsghdr head;
		int error;
	} end = {{.nlmsg_len = sizeof end, .nlmsg_type = NLMSG_DONE}, 0};
	struct tcp_sockets sockets;
	struct reading r;

	(void)state;
	r = take(&end, sizeof end, &sockets);
	assert_true(r.done && !r.wrong);
	end.error = -ENOMEM;
	assert_string_equal(take(&end, sizeof end, &sockets).wrong,
			    strerror(ENOMEM));
	end.head.nlmsg_type = NLMSG_ERROR;
	end.error = -EPERM;
	assert_string_equal(take(&end, sizeof end, &sockets).wrong,
			    strerror(EPERM));
}

static void words_of_states(void **state)
{
	(void)state;
	for (unsigned i = 1; i < TCP_STATES; i++)
		assert_int_equal(state_of_word(state_word(i)), i);
	assert_int_equal(state_of_word("CLOSE_WAIT"), STATE_CLOSE_WAIT);
	assert_int_equal(state_of_word("fin-wait-2"), STATE_FIN_WAIT2);
	assert_int_equal(state_of_word("close-waits"), TCP_STATE_NONE);
	assert_int_equal(state_of_word("close-wai"), TCP_STATE_NONE);
	assert_int_equal(state_of_word(""), TCP_STATE_NONE);
	assert_int_equal(state_of_word("unknown"), TCP_STATE_NONE);
	assert_string_equal(state_word(99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(of_an_old_kernel),
		cmocka_unit_test(cut_off_anywhere),
		cmocka_unit_test(ends_with_an_error),
		cmocka_unit_test(words_of_states),
	};

	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}
