# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The Debian package: what it needs to be built, whether it is the same each time, and what is in it. Sourced by run.
#
# After the build $deb is the package, and $tree is where it was built.

builder=builder
build_options=

# -- Building ------------------------------------------------------------------

# copy_for_build DIR: the source below the tree, which the builder may write to
copy_for_build()
{
	mkdir -p "$tree$1"
	tar -C "$top" -cf - . | tar -C "$tree$1" -xf -
	in_tree chown -R "$builder" "$1"
}

prepare_build()
{
	if [ "$release" = here ]; then
		for tool in dpkg-buildpackage dh fakeroot; do
			command -v "$tool" >/dev/null || skip "$tool is not installed"
		done
	fi
	in_tree useradd --create-home "$builder"
	copy_for_build /build/source
	if [ "$release" != here ]; then
		# What is not among Build-Depends is not there.
		cp -a "$top/packaging/debian" "$tree/build/source/debian"
		in_tree apt-get update -q
		in_tree apt-get build-dep -y -q --no-install-recommends /build/source
		rm -rf "$tree/build/source/debian"
	fi
}

# build SCRIPT DIR TO USER ENVIRONMENT..: by packaging/SCRIPT of the source in DIR; the packages go to TO. $build_options are
# the script's.
build()
{
	script=$1
	source=$2
	to=$3
	builds_as=$4
	shift 4
	mkdir -p "$tree$to"
	in_tree chown "$builds_as" "$to"
	in_tree runuser -u "$builds_as" -- env "$@" sh -c 'cd / && exec "$@"' - \
		"$source/packaging/$script" -o "$to" ${build_options:+"$build_options"}
	ls -l "$tree$to"
}

# With the tests, unless time is short.
build_first()
{
	options=parallel=$(nproc)
	[ "$release" != here ] || options="$options nocheck"
	build build-deb /build/source /build/first "$builder" "DEB_BUILD_OPTIONS=$options" TZ=UTC
}

# Everything else that can differ does: who, where, when, the order of files in directories, names, umask, words.
build_second()
{
	mkdir -p "$tree/build/elsewhere"
	mount -t tmpfs tmpfs "$tree/build/elsewhere"
	(cd "$top" && find . | LC_ALL=C sort -r) |
		tar -C "$top" --no-recursion -T - -cf - | tar -C "$tree/build/elsewhere" -xf -
	(
		umask 077
		chmod 755 "$tree/build/elsewhere"
		build build-deb /build/elsewhere /build/second root DEB_BUILD_OPTIONS=nocheck TZ=Pacific/Kiritimati LC_ALL=C USER=other \
			TMPDIR=/build/elsewhere/
	)
}

# are_same SUFFIX: all files of that kind, of the two builds
are_same()
{
	for file in "$tree"/build/first/*."$1"; do
		[ -e "$file" ] || fail "no .$1"
		cmp "$file" "$tree/build/second/${file##*/}" || are_other=yes
		sha256sum "$file"
	done
	[ -z "${are_other:-}" ] || fail 'the builds differ'
}

is_reproducible()
{
	build_second
	are_same deb
	are_same orig.tar.xz
}

# -- Looking -------------------------------------------------------------------

run_lintian()
{
	add_packages lintian
	in_tree runuser -u "$builder" -- sh -c 'lintian --version; lintian -i -I --pedantic --fail-on error,warning /build/first/*.changes'
}

# One name of each file that the package must have, and the ones it must not.
has_contents()
{
	dpkg-deb --contents "$deb" | awk '{ print $1, $2, $6 }' >"$work/contents"
	cat "$work/contents"
	multiarch=$(in_tree dpkg-architecture -q DEB_HOST_MULTIARCH)
	while read -r mode name; do
		grep -Eqx -- "$mode root/root \\./$name" "$work/contents" || fail "not there as it should be: $mode $name"
	done <<-END
		-rw-r--r-- usr/lib/$multiarch/security/pam_idletimeout.so
		-rwxr-xr-x usr/libexec/pam_idletimeout/idle-groups
		-rwxr-xr-x usr/libexec/pam_idletimeout/idle-watchdog
		-rwxr-xr-x usr/sbin/idletimeout
		-rw-r--r-- usr/share/man/man8/pam_idletimeout.8.gz
		-rw-r--r-- usr/share/man/man8/idletimeout.8.gz
		-rw-r--r-- usr/share/man/man5/idletimeout.conf.5.gz
		-rw-r--r-- usr/share/bash-completion/completions/idletimeout
		-rw-r--r-- usr/share/zsh/vendor-completions/_idletimeout
		-rw-r--r-- usr/share/pam-configs/idletimeout
		-rw-r--r-- usr/lib/sysusers.d/pam_idletimeout.conf
		-rw-r--r-- usr/lib/tmpfiles.d/pam_idletimeout.conf
		-rw-r--r-- usr/share/doc/libpam-idletimeout/examples/idletimeout.conf.example
	END
	if grep -E ' \./(etc|run|var)/|\.la$|[sS]-x| \./usr/local' "$work/contents"; then
		fail 'this has no place in the package'
	fi
}

# The flags that dpkg-buildflags(1) calls hardening, as they show in what was built.
is_hardened()
{
	rm -rf "$work/files"
	dpkg-deb -x "$deb" "$work/files"
	find "$work/files" -type f '(' -perm -100 -o -name '*.so' ')' | while read -r file; do
		readelf -hdlW "$file" >"$work/elf" || fail "$file is no program"
		for sign in 'Type: *DYN' 'GNU_RELRO' 'BIND_NOW\|FLAGS.*NOW' 'GNU_STACK.* RW '; do
			grep -q -- "$sign" "$work/elf" || fail "${file##*/}: no $sign"
		done
		say "${file##*/}: position independent, relro, bind now, no executable stack"
	done
}

# -- All of it -----------------------------------------------------------------

test_deb()
{
	release=$part
	[ "$part" != quick ] || release=here
	check 'a clean tree' clean_tree "$release"
	[ "$is_good" ] || return 0
	clean=$(tail -n 1 "$log")
	lay "$part.build" "$clean"
	check 'what the build needs' prepare_build
	[ "$is_good" ] || return 0
	check 'the build' build_first
	[ "$is_good" ] || return 0
	mkdir -p "$out/$part"
	cp "$tree"/build/first/* "$out/$part"
	deb=$(find "$out/$part" -name 'libpam-idletimeout_*.deb')
	check 'two builds, the same bytes' is_reproducible
	check 'contents' has_contents
	check 'hardening' is_hardened
	check 'lintian' run_lintian
	test_life
}
