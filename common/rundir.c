/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

int rundir_open(void)
{
	int fd = open(RUN_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

void rundir_socket_name(const char *id, char ret_name[RUNDIR_NAME_SIZE])
{
	struct text text;

	text_init(&text, ret_name, RUNDIR_NAME_SIZE);
	text_add(&text, id);
	text_add(&text, RUNDIR_SOCKET_SUFFIX);
}

int rundir_socket_address(const char *id, struct sockaddr_un *ret_address)
{
	char name[RUNDIR_NAME_SIZE];
	struct text path;

	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	rundir_socket_name(id, name);
	text_init(&path, ret_address->sun_path, sizeof ret_address->sun_path);
	text_add(&path, RUN_DIR);
	text_add_char(&path, '/');
	text_add(&path, name);
	return text_result(&path) < 0 ? -ENAMETOOLONG : 0;
}
