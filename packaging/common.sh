# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: BSD-3-Clause
#
# What build-deb and build-rpm share: the release as `make dist` makes it, the same bytes each time. Sourced, after
# `program` and `top` are set. $work is a directory that is gone when the script ends.

say()
{
	printf '%s: %s\n' "$program" "$*" >&2
}

die()
{
	say "$*"
	exit 1
}

need()
{
	for tool in "$@"; do
		command -v "$tool" >/dev/null || die "$tool is not installed"
	done
}

# make_work_directory: $work; a $workplace of the caller's goes with it
make_work_directory()
{
	umask 022
	work=
	workplace=
	trap 'rm -rf ${work:+"$work"} ${workplace:+"$workplace"}' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	work=$(mktemp -d "${TMPDIR:-/tmp}/idletimeout-package.XXXXXX")
	chmod 755 "$work"
}

# The time of the release, for whatever writes times into files.
take_release_time()
{
	date=$(sed -n 's/^ -- .*>  //p' "$top/packaging/debian/changelog" | head -n 1)
	SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -u -d "$date" +%s)}
	export SOURCE_DATE_EPOCH
}

# logged NAME COMMAND..: its output goes to a file and is shown when it fails.
logged()
{
	log=$work/$1.log
	what=$1
	shift
	"$@" >"$log" 2>&1 || {
		tail -n 30 "$log" >&2
		die "$what failed"
	}
}

# What make left in the tree is not in the way of a build in a directory of its own.
copy_source()
{
	mkdir "$work/source" "$work/dist"
	(
		cd "$top" || exit
		tar -cf - --exclude=./.git --exclude=./config.status --exclude=./Makefile --exclude=./config.h \
			--exclude=./stamp-h1 --exclude=.libs --exclude=.deps --exclude='*.o' --exclude='*.l[ao]' .
	) | tar -xf - -C "$work/source"
}

# A release brings its configure; a checkout's may be of yesterday.
make_configure()
{
	if [ -e "$top/.git" ] || [ ! -x "$work/source/configure" ]; then
		(cd "$work/source" && autoreconf -fi)
	fi
}

make_dist()
{
	(cd "$work/dist" && "$work/source/configure" && make dist)
}

# make_tarball: $tarball, of $version
make_tarball()
{
	take_release_time
	copy_source
	TAR_OPTIONS="--sort=name --owner=0 --group=0 --numeric-owner --mtime=@$SOURCE_DATE_EPOCH --mode=u=rwX,go=rX"
	XZ_OPT='-6 -T1'
	export TAR_OPTIONS XZ_OPT
	logged autoreconf make_configure
	logged 'make dist' make_dist
	unset TAR_OPTIONS XZ_OPT
	for tarball in "$work"/dist/pam_idletimeout-*.tar.xz; do
		version=${tarball##*/pam_idletimeout-}
		version=${version%.tar.xz}
	done
	[ -f "$tarball" ] || die 'make dist made no tarball'
}
