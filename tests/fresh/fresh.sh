#!/usr/bin/env bash
#
# fresh.sh [debian|ubuntu] [COMMAND] - a clone and `./dev run` are enough on a fresh machine.
#
# Makes the smallest Debian 12 (or Ubuntu 24.04) there is in a folder, with debootstrap, and in two
# copies of it a fresh clone of HEAD: one is used by root, one by a user with sudo. In each,
# `./dev run` must end with status 0 and leave the figure; a second one must run no task and end
# within a second. With a COMMAND (`setup`, `build`, `test`), that command is run instead, and the
# figure is not asked for.
#
# The packages come from where this machine's own apt and pip take theirs: the mirror is the one in
# its apt configuration (for another system: debootstrap's own default), and proxies, certificates
# and pip's settings are copied in. Where that reaches nothing, the test says so and ends with 77.
#
# FRESH_FOLDER   where the copies are made, 4 GB (default: a new folder in /var/tmp)
# FRESH_KEEP     if set, the copies stay
# FRESH_MIRROR   a mirror, instead of the one found
# FRESH_KEYRING  the keyring that signs it, if debootstrap does not know it
#
# Needs root: debootstrap and chroot do. It runs in a mount and PID namespace of its own, so that
# nothing stays mounted or running however it ends.

set -euo pipefail
export LC_ALL=C

say() { printf 'fresh: %s\n' "$*"; }
skip() {
    say "skipped: $*"
    exit 77
}
fail() {
    say "FAILED: $*"
    exit 1
}

readonly SYSTEM=${1:-debian} COMMAND=${2:-run}
case $SYSTEM in
debian) readonly SUITE=bookworm COMPONENTS=main ;;
ubuntu) readonly SUITE=noble COMPONENTS=main,universe ;;
*)
    echo "fresh: error: '$SYSTEM' is no system of this test: debian or ubuntu" >&2
    exit 2
    ;;
esac

if [[ ! ${FRESH_INSIDE:-} ]]; then
    ((EUID == 0)) || skip "it needs root, for debootstrap and chroot"
    command -v debootstrap >/dev/null || skip "there is no debootstrap here"
    unshare --mount --pid --fork true 2>/dev/null || skip "no mount namespaces here"
    FRESH_INSIDE=1 exec unshare --mount --pid --fork --kill-child bash "$0" "$@"
fi

TOP=$(cd -P "$(dirname "$0")/../.." && pwd)
readonly TOP
if [[ ${FRESH_FOLDER:-} ]]; then
    mkdir -p "$FRESH_FOLDER"
    FOLDER=$(cd -P "$FRESH_FOLDER" && pwd)
else
    FOLDER=$(mktemp -d /var/tmp/fornix-fresh.XXXXXX)
fi
readonly FOLDER

clean_up() {
    local mounted
    [[ ! ${FRESH_KEEP:-} ]] || { say "kept in $FOLDER"; return; }
    for mounted in $(awk -v under="$FOLDER/" 'index($2, under) == 1 { print $2 }' /proc/self/mounts |
                     sort -r); do
        umount -l "$mounted"
    done
    rm -rf --one-file-system "$FOLDER"
}
trap clean_up EXIT

# The mirror that this machine's apt takes $SUITE from, if it does.
find_mirror() {
    if [[ ${FRESH_MIRROR:-} ]]; then
        printf '%s\n' "$FRESH_MIRROR"
    else
        apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
            awk -v suite="$SUITE" '$2 == suite { print $1; exit }'
    fi
}

make_base() {
    local mirror options=(--variant=minbase "--components=$COMPONENTS")
    mirror=$(find_mirror)
    [[ ! ${FRESH_KEYRING:-} ]] || options+=("--keyring=$FRESH_KEYRING")
    if [[ $SYSTEM == ubuntu && ! -e /usr/share/debootstrap/scripts/$SUITE ]]; then
        # A debootstrap older than the suite: all of Ubuntu's suites share one script.
        cp -r /usr/share/debootstrap "$FOLDER/debootstrap"
        ln -s gutsy "$FOLDER/debootstrap/scripts/$SUITE"
        export DEBOOTSTRAP_DIR=$FOLDER/debootstrap
    fi
    say "making a fresh $SYSTEM ($SUITE) with debootstrap"
    http_proxy=${http_proxy:-$(apt_proxy)} debootstrap "${options[@]}" "$SUITE" "$FOLDER/base" \
        ${mirror:+"$mirror"} >"$FOLDER/debootstrap.log" 2>&1 || {
        tail -n 5 "$FOLDER/debootstrap.log"
        [[ ! -s $FOLDER/base/debootstrap/debootstrap.log ]] ||
            tail -n 5 "$FOLDER/base/debootstrap/debootstrap.log"
        skip "debootstrap made no $SUITE (archive or its keyring out of reach?)"
    }
    [[ -s $FOLDER/base/etc/apt/sources.list ]] || fail "debootstrap left no package source"
}

apt_proxy() {
    local proxy=
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    [[ $proxy == DIRECT ]] || printf '%s' "$proxy"
}

# What this machine says about reaching packages: apt's Acquire settings, logins, certificates, pip.
copy_package_settings() {
    local root=$1 file
    mkdir -p "$root/etc/apt/apt.conf.d" "$root/etc/ssl/certs" "$root/usr/local/share/ca-certificates"
    apt-config dump Acquire | grep -vE 'IndexTargets|Languages|GzipIndexes|Compression' \
        >"$root/etc/apt/apt.conf.d/90fresh"
    for file in /etc/apt/auth.conf /etc/apt/auth.conf.d /etc/pip.conf /etc/ssl/certs/ca-certificates.crt \
                /etc/resolv.conf /etc/hosts /usr/local/share/ca-certificates; do
        [[ ! -e $file ]] || cp -rL --no-target-directory "$file" "$root$file"
    done
    file=${PIP_CONFIG_FILE:-$HOME/.config/pip/pip.conf}
    if [[ ! -e $root/etc/pip.conf && -f $file ]]; then
        cp -L "$file" "$root/etc/pip.conf"
    fi
}

# The variables that say how packages are reached, as VAR=value, one a line.
package_variables() {
    env | grep -E '^(PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT|PROXY|DEFAULT_TIMEOUT|RETRIES)|(https?|no)_proxy|(HTTPS?|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)=' ||
        true
}

# make_copy NAME: a copy of the base with its mounts, in $root.
make_copy() {
    root=$FOLDER/$1
    cp -a --reflink=auto "$FOLDER/base" "$root"
    copy_package_settings "$root"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev"
    mkdir "$root/dev/shm" "$root/dev/pts"
    local node
    for node in null zero full random urandom tty; do
        touch "$root/dev/$node"
        mount --bind "/dev/$node" "$root/dev/$node"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s fd/0 "$root/dev/stdin"
    ln -s fd/1 "$root/dev/stdout"
    ln -s fd/2 "$root/dev/stderr"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
}

# inside USER COMMAND: runs a shell command in $root, with nothing of this machine's environment but
# what concerns packages.
inside() {
    local user=$1 home=/root
    [[ $user == root ]] || home=/home/$user
    mapfile -t variables < <(package_variables)
    chroot "--userspec=$user:$user" --groups= "$root" /usr/bin/env -i HOME="$home" USER="$user" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 \
        "${variables[@]}" bash -c "$2" </dev/null
}

# try USER: the clone, the command, and for `run` what is promised of it.
try() {
    local user=$1 home clone log=$FOLDER/$1.log started took tasks status=0
    home=$(inside "$user" 'echo "$HOME"')
    clone=$home/fornix
    git clone -q --no-hardlinks "$TOP" "$root$clone"
    inside root "chown -R $user:$user $clone"

    say "$user: ./dev $COMMAND (log: $log)"
    started=$EPOCHREALTIME
    inside "$user" "cd $clone && ./dev $COMMAND" >"$log" 2>&1 || status=$?
    if ((status != 0)); then
        tail -n 30 "$log"
        fail "$user: ./dev $COMMAND ended with status $status"
    fi
    took=$(seconds_since "$started")
    say "$user: ./dev $COMMAND took $took s"
    [[ $COMMAND == run ]] || return 0

    local figure=workflows/quickstart/.fornix/runs/quickstart/latest/figure/figure.png
    [[ $(inside "$user" "cd $clone && head -c 4 $figure | tail -c 3") == PNG ]] ||
        fail "$user: there is no figure $figure"
    say "$user: figure of $(inside "$user" "stat -L -c %s $clone/$figure") bytes"

    started=$EPOCHREALTIME
    inside "$user" "cd $clone && FORNIX_TASK_LOG=$home/tasks.log ./dev run" >"$log.second" 2>&1 ||
        fail "$user: the second ./dev run failed: $log.second"
    took=$(seconds_since "$started")
    sed 's/^/    /' "$log.second"
    tasks=$(inside "$user" "cat $home/tasks.log 2>/dev/null | wc -l")
    say "$user: the second ./dev run took $took s and started $tasks tasks"
    ((tasks == 0)) || fail "$user: the second ./dev run ran tasks"
    awk -v took="$took" 'BEGIN { exit took >= 1 }' || fail "$user: the second ./dev run took $took s"
}

seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.2f", to - from }'; }

[[ -z $(git -C "$TOP" status --porcelain) ]] ||
    say "note: the tree has changes that are not committed; HEAD is what is tried"
say "commit $(git -C "$TOP" rev-parse --short HEAD)"
make_base
copy_package_settings "$FOLDER/base"

make_copy root
try root
make_copy user
say "user: adding a user with sudo"
inside root 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends sudo &&
    { id user || useradd -m user; } && echo "user ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/user' \
    >"$FOLDER/sudo.log" 2>&1 || {
    tail -n 5 "$FOLDER/sudo.log"
    skip "sudo could not be installed into the fresh system"
}
try user
say "passed: $SYSTEM ($SUITE), root and user, ./dev $COMMAND"
