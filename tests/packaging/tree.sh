# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Trees: a release of Debian to change root into. Sourced by run, in mounts and processes of its own, so that nothing
# here has to be undone. A tree is never written to: what happens in it lands in an overlay that is thrown away.
#
#	$trees   where clean trees are kept, by the name of the release
#	$work    the overlays
#	$tree    the root of the tree that in_tree runs commands in

# What this release's clean tree is; made if need be. "here" is this machine's own system.
clean_tree()
{
	if [ "$1" = here ]; then
		echo /
		return 0
	fi
	if [ ! -e "$trees/$1/etc/debian_version" ]; then
		command -v debootstrap >/dev/null || skip 'debootstrap is not installed'
		mkdir -p "$trees"
		# debootstrap writes the mirror that it was given into the tree; without one it takes its own.
		# shellcheck disable=SC2086
		debootstrap --variant=minbase "$1" "$trees/$1.part" $mirror >&2
		mv "$trees/$1.part" "$trees/$1"
	fi
	echo "$trees/$1"
}

# lay NAME LOWER..: a tree at $work/NAME/root, the first LOWER on top; makes it $tree
lay()
{
	tree=$work/$1/root
	mkdir -p "$tree" "$work/$1/upper" "$work/$1/overlay"
	upper=$work/$1/upper
	shift
	lower=$(echo "$*" | tr ' ' ':')
	mount -t overlay overlay -o "lowerdir=$lower,upperdir=$upper,workdir=${upper%upper}overlay" "$tree"
	furnish
}

# The kernel's file systems, terminals of its own, and the rule that no package starts a daemon.
furnish()
{
	mount -t proc proc "$tree/proc"
	mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
	mount -t tmpfs -o mode=755 tmpfs "$tree/run"
	mount -t tmpfs -o mode=1777 tmpfs "$tree/tmp"
	mkdir "$tree/dev/pts" "$tree/dev/shm" "$tree/run/sshd" "$tree/run/lock"
	for node in null zero full random urandom tty; do
		# Two numbers.
		# shellcheck disable=SC2046
		mknod -m 666 "$tree/dev/$node" c $(stat -c '0x%t 0x%T' "/dev/$node")
	done
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$tree/dev/pts"
	mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
	ln -s pts/ptmx "$tree/dev/ptmx"
	ln -s /proc/self/fd "$tree/dev/fd"
	printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
	chmod 755 "$tree/usr/sbin/policy-rc.d"
}

in_tree()
{
	env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive chroot "$tree" "$@"
}

# As in_tree, in a network that holds nothing but a loopback.
in_net()
{
	nsenter --net="/proc/$net/ns/net" -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
		chroot "$tree" "$@"
}

# $net is the process that holds that network.
make_net()
{
	unshare --net sleep infinity &
	net=$!
	# Until it has left ours.
	while [ "$(readlink "/proc/$net/ns/net")" = "$(readlink /proc/self/ns/net)" ]; do
		sleep 0.05
	done
	nsenter --net="/proc/$net/ns/net" ip link set lo up
}

# Packages from the release's archive; in this machine's own system what is missing is not fetched.
add_packages()
{
	if [ "$release" = here ]; then
		for package in "$@"; do
			in_tree dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
				skip "$package is not installed"
		done
		return 0
	fi
	in_tree apt-get update -q
	in_tree apt-get install -y -q --no-install-recommends "$@"
}
