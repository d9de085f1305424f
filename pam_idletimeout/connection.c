/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/text.h"

/* What the socket must be like: both ends, or only the address of its peer. */
struct wanted {
	bool exact;
	struct endpoint peer, local;
};

/* A socket by its number and, because numbers are reused, by what it is. */
struct candidate {
	int fd;
	dev_t device;
	ino_t inode;
	struct endpoint peer, local;
};

static bool is_tcp(int fd)
{
	int type, protocol;
	socklen_t type_size = sizeof type, protocol_size = sizeof protocol;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &protocol_size) == 0 && type == SOCK_STREAM &&
	       protocol == IPPROTO_TCP;
}

static int read_ends(int fd, struct endpoint *ret_peer, struct endpoint *ret_local)
{
	struct sockaddr_storage peer, local;
	socklen_t peer_size = sizeof peer, local_size = sizeof local;

	if (getpeername(fd, (struct sockaddr *)&peer, &peer_size) < 0 ||
	    getsockname(fd, (struct sockaddr *)&local, &local_size) < 0)
		return -errno;
	int r = endpoint_from_sockaddr(&peer, ret_peer);
	return r < 0 ? r : endpoint_from_sockaddr(&local, ret_local);
}

/* -ENOTCONN when fd is anything but a connected TCP socket. */
static int inspect(int fd, struct candidate *ret_candidate)
{
	struct candidate candidate = {.fd = fd};
	struct stat st;

	if (!is_tcp(fd) || fstat(fd, &st) < 0 || read_ends(fd, &candidate.peer, &candidate.local) < 0)
		return -ENOTCONN;
	candidate.device = st.st_dev;
	candidate.inode = st.st_ino;
	*ret_candidate = candidate;
	return 0;
}

static bool is_same_socket(const struct candidate *a, const struct candidate *b)
{
	return a->device == b->device && a->inode == b->inode;
}

static bool matches(const struct candidate *candidate, const struct wanted *wanted)
{
	if (!wanted->exact)
		return endpoint_same_address(&candidate->peer, &wanted->peer);
	return endpoint_equal(&candidate->peer, &wanted->peer) &&
	       endpoint_equal(&candidate->local, &wanted->local);
}

/* NULL at the end, with errno 0, or when the rest cannot be read. Safe beside threads that read others (readdir(3)). */
static const struct dirent *next_entry(DIR *directory)
{
	errno = 0;
	return readdir(directory); /* NOLINT(concurrency-mt-unsafe) */
}

/*
 * Only looks: to close a duplicate of a descriptor that is no socket would drop the host's record locks
 * (fcntl(2)).
 */
static int search(const struct wanted *wanted, struct candidate *ret_candidate)
{
	struct candidate found = {.fd = -1}, candidate;
	const struct dirent *entry;
	autoclosedir DIR *fds = opendir("/proc/self/fd");

	if (fds == NULL)
		return -errno;
	while ((entry = next_entry(fds)) != NULL) {
		uint64_t fd;
		if (text_parse_unsigned(entry->d_name, INT32_MAX, &fd) < 0 || inspect((int)fd, &candidate) < 0 ||
		    !matches(&candidate, wanted))
			continue;
		if (found.fd >= 0 && !is_same_socket(&found, &candidate))
			return -ENOTUNIQ;
		found = candidate;
	}
	/* A list that breaks off may hide the connection: that is not to have none. */
	if (errno != 0)
		return -errno;
	if (found.fd < 0)
		return -ENOENT;
	*ret_candidate = found;
	return 0;
}

/*
 * sshd puts SSH_CONNECTION into the PAM environment, where pam_env can let a user overwrite it. When it names
 * no socket of ours the next sign, which users cannot set, is as good.
 */
static int choose(const char *ssh_connection, const char *rhost, struct candidate *ret_candidate)
{
	struct wanted wanted = {.exact = true};
	int r = -ENOENT;

	if (ssh_connection != NULL &&
	    endpoint_parse_ssh_connection(ssh_connection, &wanted.peer, &wanted.local) == 0)
		r = search(&wanted, ret_candidate);
	wanted.exact = false;
	if (r == -ENOENT && endpoint_parse(rhost, 0, &wanted.peer) == 0)
		r = search(&wanted, ret_candidate);
	/* inetd and its kind put the connection there. */
	if (r == -ENOENT && inspect(STDIN_FILENO, ret_candidate) == 0)
		r = 0;
	return r;
}

int connection_find(const char *ssh_connection, const char *rhost, struct connection *ret_connection)
{
	struct candidate chosen = {.fd = -1}, duplicate;
	int r = choose(ssh_connection, rhost, &chosen);

	if (r < 0)
		return r;
	autoclose int fd = fcntl(chosen.fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd < 0)
		return -errno;
	/* Another thread of the host may have closed it, and opened something else, since. */
	if (inspect(fd, &duplicate) < 0 || !is_same_socket(&chosen, &duplicate))
		return -ENOENT;
	*ret_connection = (struct connection){.fd = take_fd(&fd), .peer = chosen.peer, .local = chosen.local};
	return 0;
}
