/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "helper/landlock.h"

/* libcap-ng takes a combination of these as a value of their enum. */
static const capng_type_t sets[] = {CAPNG_EFFECTIVE, CAPNG_PERMITTED};

static int fail(int error, const char *step, struct text *why)
{
	text_add(why, step);
	return error;
}

static int choose_capabilities(bool reaches_terminals)
{
	capng_clear(CAPNG_SELECT_ALL);
	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		if (capng_updatev(CAPNG_ADD, sets[i], CAP_KILL, CAP_AUDIT_WRITE, -1) < 0)
			return -EINVAL;
		if (reaches_terminals && capng_update(CAPNG_ADD, sets[i], CAP_DAC_OVERRIDE) < 0)
			return -EINVAL;
	}
	return 0;
}

/* The order that libcap-ng needs: a lock after the change of id is refused, an apply before it leaves root behind. */
static int change_identity(const struct identity *identity, bool reaches_terminals, struct text *why)
{
	const capng_flags_t flags = (capng_flags_t)(CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT);

	if (choose_capabilities(reaches_terminals) < 0)
		return fail(-EINVAL, "choosing the capabilities", why);
	if (capng_lock() < 0)
		return fail(-EPERM, "locking the securebits", why);
	if (setgroups(identity->group_count, identity->groups) < 0)
		return fail(-errno, "setting the supplementary groups", why);
	if (capng_change_id((int)identity->uid, (int)identity->gid, flags) < 0)
		return fail(-EPERM, "changing to the watchdog's account", why);
	return 0;
}

/* Asks for root back in every way there is; getting it means that nothing above can be trusted. */
static int prove_identity(const struct identity *identity, struct text *why)
{
	if (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0 || setgroups(0, NULL) == 0)
		return fail(-EPERM, "root can come back", why);
	if (getuid() != identity->uid || geteuid() != identity->uid || getgid() != identity->gid ||
	    getegid() != identity->gid)
		return fail(-EPERM, "the account was not changed", why);
	return 0;
}

/* What the kernel says, not the library that made it so, which also reads /proc for it twice. */
static int read_capabilities(uint64_t *ret_effective, uint64_t *ret_permitted)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	*ret_effective = (uint64_t)data[1].effective << 32 | data[0].effective;
	*ret_permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted;
	return 0;
}

static int prove_dropped(const struct identity *identity, bool reaches_terminals, struct text *why)
{
	uint64_t chosen = UINT64_C(1) << CAP_KILL | UINT64_C(1) << CAP_AUDIT_WRITE;
	uint64_t effective = 0, permitted = 0;
	int r = prove_identity(identity, why);

	if (r < 0)
		return r;
	if (reaches_terminals)
		chosen |= UINT64_C(1) << CAP_DAC_OVERRIDE;
	if (read_capabilities(&effective, &permitted) < 0 || effective != chosen || permitted != chosen)
		return fail(-EPERM, "the capabilities are not as chosen", why);
	return 0;
}

int privilege_drop(const struct identity *identity, const char *login_tty, struct text *why)
{
	if (identity->uid == 0)
		return fail(-EINVAL, "the watchdog's account is root", why);
	/* The log's time of day: the zone is read from a file that is out of reach from here on. */
	tzset();
	int confined = landlock_confine(login_tty);
	if (confined < 0 && confined != -EOPNOTSUPP)
		return fail(confined, "confining the file system", why);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(-errno, "setting no_new_privs", why);
	int r = change_identity(identity, confined == 0, why);
	if (r < 0)
		return r;
	/* Also of its own account's processes: one watchdog has no business in another. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return fail(-errno, "setting undumpable", why);
	return prove_dropped(identity, confined == 0, why);
}

int privilege_drop_all(const struct identity *identity, struct text *why)
{
	if (identity->uid == 0)
		return fail(-EINVAL, "the watchdog's account is root", why);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(-errno, "setting no_new_privs", why);
	/* The last of root's ids to go takes all capabilities along (capabilities(7)). */
	if (setgroups(0, NULL) < 0 || setresgid(identity->gid, identity->gid, identity->gid) < 0 ||
	    setresuid(identity->uid, identity->uid, identity->uid) < 0)
		return fail(-errno, "changing to the watchdog's account", why);
	return prove_identity(identity, why);
}
