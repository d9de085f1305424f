#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The sandbox: a place on this machine that has its own /etc, /run, /dev, /var/log, network, process ids and
# audit log, and nothing of which outlives the command that runs in it.
#
#	sandbox.sh options                        the configure options of a build that is installed into it
#	sandbox.sh enter DESTDIR COMMAND [ARG..]  runs COMMAND in a new sandbox that holds that build
#
# What COMMAND finds in its environment:
#
#	SANDBOX            directory of everything below
#	SANDBOX_PREFIX     the installed build
#	SANDBOX_PAM        the PAM module
#	SANDBOX_RUN_DIR    where session records live
#	SANDBOX_LOG        what was sent to syslog, one line each: CLOCK_BOOTTIME, sender's time, message
#	SANDBOX_KEY        a user key that logs in everybody
#	SANDBOX_AUDIT      the audit log, or empty; then
#	SANDBOX_NO_AUDIT   says why
#
# Accounts: alice, bob (shell bash, prompt "ready> ") and the watchdog's. Layers, from the outside:
#
#	namespaces   private mounts and network; auditd runs here, because the kernel takes one only from the
#	             first pid namespace
#	processes    a pid namespace whose end is the end of everything that was started in it

set -eu

top=/run/idletimeout-sandbox
run_dir=/run/pam_idletimeout
watchdog_user=idletimeout
here=$(cd "$(dirname "$0")" && pwd)
self=$here/$(basename "$0")

say()
{
	printf 'sandbox: %s\n' "$*" >&2
}

die()
{
	say "$*"
	exit 1
}

options()
{
	printf '%s\n' "--prefix=$top/root" --libdir="$top/root/lib" --sysconfdir=/etc \
		--with-pam-dir="$top/root/lib/security" --with-run-dir="$run_dir" \
		--with-watchdog-user="$watchdog_user"
}

# -- Private copies of the machine's places ------------------------------------

# A uid and gid that neither file has.
free_id()
{
	id=$1
	while cut -d: -f3 "$new/etc/passwd" "$new/etc/group" | grep -qx "$id"; do
		id=$((id + 1))
	done
	echo "$id"
}

# account NAME HOME SHELL FIRST-ID
account()
{
	id=$(free_id "$4")
	sed -i "/^$1:/d" "$new/etc/passwd" "$new/etc/group" "$new/etc/shadow"
	printf '%s:x:%s:%s::%s:%s\n' "$1" "$id" "$id" "$2" "$3" >>"$new/etc/passwd"
	printf '%s:x:%s:\n' "$1" "$id" >>"$new/etc/group"
	printf '%s:*:19000:0:99999:7:::\n' "$1" >>"$new/etc/shadow"
	[ ! -f "$new/etc/gshadow" ] || {
		sed -i "/^$1:/d" "$new/etc/gshadow"
		printf '%s:!::\n' "$1" >>"$new/etc/gshadow"
	}
	[ "$2" = / ] || {
		mkdir -p "$new/home/$1"
		printf "PS1='ready> '\nPROMPT_COMMAND=\nHISTFILE=/dev/null\nbind 'set enable-bracketed-paste off' 2>/dev/null\n" >"$new/home/$1/.bash_profile"
		chown -R "$id:$id" "$new/home/$1"
		chmod 700 "$new/home/$1"
	}
}

make_etc()
{
	cp -a /etc "$new/etc"
	nologin=$(command -v nologin || echo /usr/sbin/nologin)
	bash=$(command -v bash)
	account "$watchdog_user" / "$nologin" 900
	account alice "$top/home/alice" "$bash" 60101
	account bob "$top/home/bob" "$bash" 60201
	rm -f "$new/etc/nologin" "$new/etc/security/idletimeout.conf"
}

# A node of its own, so that whoever changes its mode changes nobody else's. Where none can be made it is the machine's.
make_node()
{
	# Two numbers.
	# shellcheck disable=SC2046
	mknod -m 666 "$new/dev/$1" c $(stat -c '0x%t 0x%T' "/dev/$1") 2>/dev/null || {
		: >"$new/dev/$1"
		mount --bind "/dev/$1" "$new/dev/$1"
	}
}

make_dev()
{
	mkdir "$new/dev" "$new/dev/pts" "$new/dev/shm"
	for node in null zero full random urandom tty fuse; do
		# fuse, which sshfs needs, is not everywhere.
		[ ! -c "/dev/$node" ] || make_node "$node"
	done
	tty_gid=$(sed -n 's/^tty:[^:]*:\([0-9]*\):.*/\1/p' /etc/group)
	mount -t devpts -o "newinstance,ptmxmode=0666,mode=620,gid=${tty_gid:-5}" devpts "$new/dev/pts"
	mount -t tmpfs -o mode=1777 tmpfs "$new/dev/shm"
	ln -s pts/ptmx "$new/dev/ptmx"
	ln -s /proc/self/fd "$new/dev/fd"
	ln -s /proc/self/fd/0 "$new/dev/stdin"
	ln -s /proc/self/fd/1 "$new/dev/stdout"
	ln -s /proc/self/fd/2 "$new/dev/stderr"
}

make_keys()
{
	mkdir "$new/keys"
	ssh-keygen -q -t ed25519 -N '' -C sandbox-host -f "$new/keys/host"
	ssh-keygen -q -t ed25519 -N '' -C sandbox-user -f "$new/keys/user"
	cp "$new/keys/user.pub" "$new/keys/authorized"
	chmod 644 "$new/keys/authorized"
}

# From OpenSSH 9.8 on the daemon serves each connection with a program of its own, which must be of its version.
copy_sshd()
{
	program=$(command -v sshd || echo /usr/sbin/sshd)
	settings=$("$program" -T -f /dev/null -h "$new/keys/host") || die "$program does not say its settings"
	session=$(printf '%s\n' "$settings" | sed -n 's/^sshdsessionpath //p')
	cp "$program" "$new/sshd/sshd"
	[ -z "$session" ] || cp "$session" "$new/sshd/session/sshd-session"
}

# Builds the whole tree on a tmpfs at $1 and puts its parts over the machine's, in this mount namespace only.
make_places()
{
	mount -t tmpfs -o mode=755 tmpfs "$1"
	new=$1$top
	mkdir -p "$new/home" "$new/log" "$new/sshd/session" "$new/audit" "$1/run/sshd" "$1/run/lock"
	chmod 700 "$new/audit"
	make_etc
	make_dev
	make_keys
	[ -d "$destdir$top/root" ] || die "$destdir holds no build installed under $top/root (see: $0 options)"
	cp -a "$destdir$top/root" "$new/root"
	chown -R root:root "$new/root"
	: >"$new/log/wtmp"
	: >"$new/log/lastlog"
	: >"$new/log/btmp"
	: >"$1/run/utmp"
	[ ! -d /var/log/audit ] || {
		mkdir "$new/log/audit"
		mount --bind /var/log/audit "$new/log/audit"
	}
	mount --rbind "$new/etc" /etc
	mount --rbind "$new/log" /var/log
	mount --rbind "$new/dev" /dev
	mount --rbind "$1/run" /run
	make_log_socket_place
	copy_sshd
}

# On machines with journald /dev/log is a link into /run; here it is a socket of the sandbox's own.
make_log_socket_place()
{
	rm -f /dev/log
}

# -- Audit ---------------------------------------------------------------------

audit_field()
{
	auditctl -s 2>/dev/null | sed -n "s/^$1 \(.*\)/\1/p"
}

no_audit()
{
	SANDBOX_AUDIT=
	SANDBOX_NO_AUDIT=$*
}

write_auditd_conf()
{
	mkdir -p "$top/audit/conf/plugins.d"
	cat >"$top/audit/conf/auditd.conf" <<-END
		local_events = yes
		write_logs = yes
		log_file = $top/audit/audit.log
		log_format = RAW
		flush = NONE
		freq = 0
		max_log_file = 512
		max_log_file_action = IGNORE
		num_logs = 2
		priority_boost = 0
		name_format = NONE
		space_left = 2
		space_left_action = IGNORE
		admin_space_left = 1
		admin_space_left_action = IGNORE
		disk_full_action = IGNORE
		disk_error_action = IGNORE
		use_libwrap = no
		plugin_dir = $top/audit/conf/plugins.d
	END
	chmod 640 "$top/audit/conf/auditd.conf"
	# Where others look for it. This /etc is the sandbox's own.
	mkdir -p /etc/audit
	cp -p "$top/audit/conf/auditd.conf" /etc/audit/auditd.conf
}

start_audit()
{
	auditd_pid=
	for tool in auditctl ausearch aureport aulast; do
		command -v "$tool" >/dev/null || { no_audit "$tool is not installed"; return 0; }
	done
	daemon=$(audit_field pid)
	[ -n "$daemon" ] || { no_audit "this kernel has no audit, or does not let us use it"; return 0; }
	if [ "$daemon" -ne 0 ]; then
		SANDBOX_AUDIT=/var/log/audit/audit.log
		[ -r "$SANDBOX_AUDIT" ] || no_audit "an auditd runs, but $SANDBOX_AUDIT cannot be read"
		return 0
	fi
	command -v auditd >/dev/null || { no_audit "auditd is not installed"; return 0; }
	audit_enabled=$(audit_field enabled)
	audit_backlog=$(audit_field backlog_limit)
	write_auditd_conf
	auditctl -q -b 8192 >/dev/null 2>&1 || :
	auditd -n -s enable -c "$top/audit/conf" >"$top/audit/auditd.out" 2>&1 9<&- &
	auditd_pid=$!
	tries=0
	until [ "$(audit_field pid)" = "$auditd_pid" ] && [ -f "$top/audit/audit.log" ]; do
		tries=$((tries + 1))
		if [ $tries -gt 50 ] || ! kill -0 "$auditd_pid" 2>/dev/null; then
			no_audit "auditd does not start: $(tail -n 1 "$top/audit/auditd.out")"
			return 0
		fi
		sleep 0.1
	done
	SANDBOX_AUDIT=$top/audit/audit.log
}

# The kernel's audit switches back to what they were.
stop_audit()
{
	[ -n "$auditd_pid" ] || return 0
	kill -TERM "$auditd_pid" 2>/dev/null || :
	wait "$auditd_pid" 2>/dev/null || :
	auditd_pid=
	auditctl -e "$audit_enabled" >/dev/null 2>&1 || :
	auditctl -b "$audit_backlog" >/dev/null 2>&1 || :
}

# -- The layers ----------------------------------------------------------------

enter()
{
	[ "$(id -u)" -eq 0 ] || die "needs root"
	for tool in unshare mount ssh-keygen ssh ip python3; do
		command -v "$tool" >/dev/null || die "$tool is not installed"
	done
	[ -x /usr/sbin/sshd ] || command -v sshd >/dev/null || die "sshd is not installed"
	[ $# -ge 2 ] || die "usage: $0 enter DESTDIR COMMAND [ARG..]"
	exec unshare --mount --net --propagation private -- "$self" namespaces "$@"
}

leave_namespaces()
{
	# Whoever asks once more must not cut this short.
	trap '' INT TERM HUP
	trap - EXIT
	[ -z "$inner" ] || kill -KILL "$inner" 2>/dev/null || :
	[ -z "$inner" ] || wait "$inner" 2>/dev/null || :
	stop_audit
	rmdir "$place" 2>/dev/null || :
}

# The mount point itself lies in the machine's file system: it is removed from outside the mounts that hide it.
namespaces()
{
	destdir=$1
	shift
	# One at a time: there is one kernel audit, and tests that mind the time.
	exec 9<"$self"
	flock -n 9 || {
		say 'another sandbox is running; waiting for its end'
		flock 9
	}
	place=$(mktemp -d "${TMPDIR:-/tmp}/idletimeout-sandbox.XXXXXX")
	auditd_pid=
	inner=
	trap leave_namespaces EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	make_places "$place"
	umount -l "$place"
	ip link set lo up
	SANDBOX_AUDIT=
	SANDBOX_NO_AUDIT=
	start_audit
	SANDBOX=$top
	SANDBOX_PREFIX=$top/root
	SANDBOX_PAM=$top/root/lib/security/pam_idletimeout.so
	SANDBOX_RUN_DIR=$run_dir
	SANDBOX_LOG=$top/syslog
	SANDBOX_KEY=$top/keys/user
	export SANDBOX SANDBOX_PREFIX SANDBOX_PAM SANDBOX_RUN_DIR SANDBOX_LOG SANDBOX_KEY SANDBOX_AUDIT SANDBOX_NO_AUDIT
	status=0
	# A job in the background would get /dev/null for its input and would ignore ^C.
	env --default-signal=INT,QUIT unshare --pid --fork --kill-child --mount-proc -- "$self" processes "$@" <&3 3<&- 9<&- &
	inner=$!
	wait "$inner" || status=$?
	inner=
	exit "$status"
}

# The first process of the pid namespace: it collects whoever is orphaned, and its end ends everybody.
processes()
{
	: >"$SANDBOX_LOG"
	chmod 600 "$SANDBOX_LOG"
	PYTHONDONTWRITEBYTECODE=1 python3 "$here/harness/syslog_sink.py" /dev/log "$SANDBOX_LOG" &
	tries=0
	until [ -S /dev/log ]; do
		tries=$((tries + 1))
		[ $tries -le 100 ] || die "the syslog sink does not start"
		sleep 0.05
	done
	status=0
	"$@" || status=$?
	exit "$status"
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
options) options ;;
enter) enter "$@" ;;
namespaces) namespaces "$@" 3<&0 ;;
processes) processes "$@" ;;
*) die "usage: $0 options | enter DESTDIR COMMAND [ARG..]" ;;
esac
