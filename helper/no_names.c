/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A watchdog without a C library's name services, for one that is linked statically.
 *
 * libaudit and libcap-ng have functions, none of which is called here, that look up users, groups and hosts. In a static
 * program they would bring along what loads the modules of the name service at run time, and these must be of the very C library
 * that was linked. The definitions here take the place of the library's: whoever asks is told that there is nobody. What
 * the watchdog promises, to ask no name service, is so true by construction.
 */
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stddef.h>

struct passwd *getpwnam(const char *name)
{
	(void)name;
	errno = ENOSYS;
	return NULL;
}

int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_found)
{
	(void)name;
	(void)entry;
	(void)buffer;
	(void)size;
	*ret_found = NULL;
	return ENOSYS;
}

struct passwd *getpwuid(uid_t uid)
{
	(void)uid;
	errno = ENOSYS;
	return NULL;
}

struct group *getgrnam(const char *name)
{
	(void)name;
	errno = ENOSYS;
	return NULL;
}

int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size, struct group **ret_found)
{
	(void)name;
	(void)entry;
	(void)buffer;
	(void)size;
	*ret_found = NULL;
	return ENOSYS;
}

int initgroups(const char *user, gid_t group)
{
	(void)user;
	(void)group;
	errno = ENOSYS;
	return -1;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **ret_list)
{
	(void)host;
	(void)service;
	(void)hints;
	(void)ret_list;
	return EAI_FAIL;
}

void freeaddrinfo(struct addrinfo *list)
{
	(void)list;
}
