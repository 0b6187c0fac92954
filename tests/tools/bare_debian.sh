#!/bin/sh
# A Debian 12 with only python3 and pip, made in a folder, and in it the two commands of the README. Needs root and
# debootstrap (apt-get install debootstrap). Not part of the suite: it downloads a system.
#
#   sh tests/tools/bare_debian.sh /tmp/bare                  an example house, then the whole suite
#   sh tests/tools/bare_debian.sh /tmp/bare run --data /h    any other command line, in the terminal it was started from
set -eu

here=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
root=$1
shift

if [ ! -x "$root/usr/bin/python3" ]; then
    # From where this machine itself gets Debian; debootstrap's own choice when apt does not say.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Created-By: Packages' | head -n 1)
    debootstrap --variant=minbase --include=python3,python3-pip,ca-certificates bookworm "$root" ${mirror:+"$mirror"}
fi

# The network and the certificates of this machine, and where its pip looks.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
[ ! -f /etc/pip.conf ] || cp -L /etc/pip.conf "$root/etc/pip.conf"
pip=$(env | grep -E '^PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PROXY)=' | tr '\n' ' ' || true)

# The files that git knows, as they are now; .venv from an earlier try goes.
rm -rf "$root/opt/teilhaus"
mkdir -p "$root/opt/teilhaus"
git -C "$here" ls-files -z | tar -C "$here" --null -T - -cf - | tar -C "$root/opt/teilhaus" -xf -

inside() { # the mounts are this process's own and go with it
    # shellcheck disable=SC2016,SC2086  # $0 and $@ are the inner shell's; pip is a list of words
    unshare --mount sh -c 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$root" \
        env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        PIP_CERT=/etc/ssl/certs/ca-certificates.crt $pip sh -c 'cd /tmp && exec "$@"' sh "$@"
}

if [ $# -gt 0 ]; then
    inside /opt/teilhaus/teilhaus "$@"
    exit
fi
inside rm -rf /tmp/house
inside /opt/teilhaus/teilhaus --data /tmp/house init --demo --json
inside /opt/teilhaus/teilhaus test
