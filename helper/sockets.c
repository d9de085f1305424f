/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "helper/tcp.h"

/* include/net/tcp_states.h: connections through which data can come or go. */
#define STATES (1U << 1 | 1U << 4 | 1U << 5 | 1U << 8) /* ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT */

/* The kernel fills at most 32 KiB at a time (net/netlink/af_netlink.c, netlink_dump); shorter rooms get shorter answers. */
#define ANSWER_SIZE 8192

/* A kernel that does not answer is not waited for. */
#define PATIENCE_MS 200

static bool is_together(int64_t a, int64_t b)
{
	return a - b <= SOCKETS_TOGETHER_NS && b - a <= SOCKETS_TOGETHER_NS;
}

static void compare(const struct tcp_info *info, const struct socket_query *query, struct socket_hints *hints)
{
	int64_t sent = tcp_moment(query->now, info->tcpi_last_data_sent);
	int64_t received = tcp_moment(query->now, info->tcpi_last_data_recv);

	hints->is_sent_together |= is_together(sent, query->received);
	hints->is_received_together |= is_together(received, query->sent);
	hints->is_any |= sent >= query->since || received >= query->since;
}

static void note_transfer(const struct tcp_info *info, const struct socket_query *query, struct socket_hints *hints)
{
	const uint32_t ages[] = {info->tcpi_last_data_sent, info->tcpi_last_data_recv};

	for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
		int64_t at = tcp_moment(query->now, ages[i]);
		if (at > hints->transferred)
			hints->transferred = at;
	}
}

/* What the attributes of one socket tell. */
struct socket_facts {
	struct tcp_info info;
	bool has_info;
	uint64_t cgroup; /* 0: not told */
};

/* An older kernel tells less of a struct, a newer one more. */
static void take_attribute(unsigned type, const char *data, size_t size, struct socket_facts *facts)
{
	if (type == INET_DIAG_INFO) {
		memcpy(&facts->info, data, size < sizeof facts->info ? size : sizeof facts->info);
		facts->has_info = size >= offsetof(struct tcp_info, tcpi_last_ack_recv);
	} else if (type == INET_DIAG_CGROUP_ID && size == sizeof facts->cgroup) {
		memcpy(&facts->cgroup, data, size);
	}
}

static void take_attributes(const char *attributes, size_t length, struct socket_facts *facts)
{
	struct rtattr head;

	while (length >= sizeof head) {
		memcpy(&head, attributes, sizeof head);
		if (head.rta_len < sizeof head || head.rta_len > length)
			return;
		take_attribute(head.rta_type, attributes + RTA_LENGTH(0), head.rta_len - RTA_LENGTH(0), facts);
		size_t step = RTA_ALIGN(head.rta_len);
		if (step > length)
			return;
		attributes += step;
		length -= step;
	}
}

/* The service's own connections, and the far end of this one. */
static bool is_foreign(const struct inet_diag_msg *found, const struct socket_query *query)
{
	uint16_t local = ntohs(found->id.idiag_sport), remote = ntohs(found->id.idiag_dport);

	if (query->own_port == 0)
		return true;
	return local != query->own_port && !(local == query->peer_port && remote == query->own_port);
}

static int read_end(uint8_t family, const uint32_t address[4], struct endpoint *ret_endpoint)
{
	struct sockaddr_storage end = {.ss_family = family};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	memcpy(&v4.sin_addr, address, sizeof v4.sin_addr);
	memcpy(&v6.sin6_addr, address, sizeof v6.sin6_addr);
	if (family == AF_INET)
		memcpy(&end, &v4, sizeof v4);
	else
		memcpy(&end, &v6, sizeof v6);
	return endpoint_from_sockaddr(&end, ret_endpoint);
}

static bool is_transfer(const struct inet_diag_msg *found, const struct socket_query *query)
{
	uint16_t port = ntohs(found->id.idiag_sport);
	struct endpoint local, peer;

	if (query->local == NULL || query->peer == NULL || (found->idiag_uid != 0 && found->idiag_uid != query->uid))
		return false;
	if (port == query->own_port || (port < IPPORT_RESERVED && port != query->own_port - 1))
		return false;
	if (read_end(found->idiag_family, found->id.idiag_src, &local) < 0 ||
	    read_end(found->idiag_family, found->id.idiag_dst, &peer) < 0)
		return false;
	return endpoint_same_address(&local, query->local) && endpoint_same_address(&peer, query->peer);
}

void sockets_take(const void *message, size_t length, const struct socket_query *query, struct socket_hints *hints)
{
	struct inet_diag_msg found;
	struct socket_facts facts = {.has_info = false};

	if (length < sizeof found)
		return;
	memcpy(&found, message, sizeof found);
	bool is_users = found.idiag_uid == query->uid && is_foreign(&found, query);
	bool is_transferring = is_transfer(&found, query);
	if (!is_users && !is_transferring)
		return;
	size_t head = NLMSG_ALIGN(sizeof found);
	if (length <= head)
		return;
	take_attributes((const char *)message + head, length - head, &facts);
	bool is_elsewhere = query->cgroup != 0 && facts.cgroup != 0 && facts.cgroup != query->cgroup;
	if (!facts.has_info || is_elsewhere)
		return;
	if (is_users)
		compare(&facts.info, query, hints);
	if (is_transferring)
		note_transfer(&facts.info, query, hints);
}

static int send_request(int fd, uint8_t family)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} request = {
		.head = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.body = {.sdiag_family = family,
		         .sdiag_protocol = IPPROTO_TCP,
		         .idiag_ext = 1U << (INET_DIAG_INFO - 1),
		         .idiag_states = STATES},
	};
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

	if (sendto(fd, &request, sizeof request, 0, (const struct sockaddr *)&kernel, sizeof kernel) < 0)
		return -errno;
	return 0;
}

/* 1 while there is more to come, 0 at the end. */
static int take_answers(const char *answer, size_t length, const struct socket_query *query, struct socket_hints *hints)
{
	struct nlmsghdr head;

	while (length >= sizeof head) {
		memcpy(&head, answer, sizeof head);
		if (head.nlmsg_len < sizeof head || head.nlmsg_len > length)
			return -EBADMSG;
		if (head.nlmsg_type == NLMSG_DONE)
			return 0;
		if (head.nlmsg_type == NLMSG_ERROR)
			return -EIO;
		sockets_take(answer + NLMSG_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN, query, hints);
		size_t step = NLMSG_ALIGN(head.nlmsg_len);
		if (step > length)
			return -EBADMSG;
		answer += step;
		length -= step;
	}
	return 1;
}

/*
 * Messages of the kernel come from port 0: any process may write to this socket (netlink(7)). The first answer was made within the
 * request, each other one while the last was fetched: that is when its ages are told.
 */
static int ask_family(int fd, uint8_t family, const struct socket_query *query, struct socket_hints *hints)
{
	char answer[ANSWER_SIZE];
	struct socket_query made = *query;
	int r = send_request(fd, family);

	if (r < 0)
		return r;
	made.now = clock_boot_ns();
	do {
		struct sockaddr_nl from = {.nl_pid = 1};
		socklen_t from_length = sizeof from;
		ssize_t length = recvfrom(fd, answer, sizeof answer, 0, (struct sockaddr *)&from, &from_length);
		int64_t now = clock_boot_ns();
		if (length < 0)
			return -errno;
		r = from.nl_pid != 0 ? 1 : take_answers(answer, (size_t)length, &made, hints);
		made.now = now;
	} while (r > 0);
	return r;
}

int sockets_ask(const struct socket_query *query, struct socket_hints *ret_hints)
{
	const struct timeval patience = {.tv_usec = PATIENCE_MS * 1000L};
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	*ret_hints = (struct socket_hints){0};
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
		return -errno;
	int r = ask_family(fd, AF_INET, query, ret_hints);
	int r6 = ask_family(fd, AF_INET6, query, ret_hints);
	return r < 0 ? r : r6;
}
