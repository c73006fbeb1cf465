# Real throw-away Debian hosts: systemd as PID 1, own root (an overlay), own network. Source this file, then:
#
#   lab_open NAME            make a lab: a network namespace with a bridge, 10.77.0.0/24
#   lab_host HOST            boot a host in it; its address is in lab_address HOST
#   lab_run HOST COMMAND...  run a command in it as root
#   lab_debs HOST PACKAGE... let its apt install these packages from a repository on the host itself
#   lab_close                end the hosts and remove everything; also run by a trap at exit
#
# Needs root, debootstrap, systemd-container, iproute2, util-linux. The base system is made once and kept in
# $HALITE_LAB_CACHE (default /var/cache/halite-lab), outside the checkout. Everything else lies below a tmpfs that only
# this process and its children see, so a lab whose script is killed leaves nothing but its processes, which the next
# lab_open of that name ends by their recorded ids.

LAB_CACHE=${HALITE_LAB_CACHE:-/var/cache/halite-lab}
LAB_SUBNET=10.77.0
# A plain host as a provider hands it over, the shared libraries of our programs, git for a master, and what the system
# states work with: both firewalls, file systems, locales and time zones. A test that needs more sets LAB_MORE_PACKAGES
# before it sources this: a base system of its own, made once too.
LAB_PACKAGES=systemd,systemd-sysv,dbus,openssh-server,sudo,iproute2,libpam-systemd,passwd,procps,ca-certificates,cron,\
libzmq5,libssl3,libgit2-1.5,libmimalloc2.0,libprometheus-cpp-core1.0,libsqlite3-0,libyaml-0-2,libspdlog1.10,libfmt9,libpcre2-8-0,libsystemd0,libcrypt1,git,\
iptables,nftables,e2fsprogs,mount,locales,tzdata,kmod,gpgv
LAB_PACKAGES=$LAB_PACKAGES${LAB_MORE_PACKAGES:+,$LAB_MORE_PACKAGES}
LAB_BASE=$LAB_CACHE/base-$(echo "$LAB_PACKAGES" | cksum | cut -d' ' -f1)

lab_need() {
  [ "$(id -u)" = 0 ] || { echo "lab: needs root" >&2; return 1; }
  local tool missing=
  for tool in debootstrap systemd-nspawn ip nsenter unshare; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  [ -z "$missing" ] || { echo "lab: not installed:$missing (packages debootstrap systemd-container iproute2 util-linux)" >&2; return 1; }
}

# The base system, made once. A half-made one (killed debootstrap) is never used: the last step is the rename.
lab_base() {
  [ -x "$LAB_BASE/lib/systemd/systemd" ] && return
  echo "lab: making the base system in $LAB_CACHE (once, about a minute)" >&2
  rm -rf "$LAB_BASE.new"
  mkdir -p "$LAB_CACHE"
  debootstrap --variant=minbase --include="$LAB_PACKAGES" bookworm "$LAB_BASE.new" >"$LAB_CACHE/debootstrap.log" 2>&1 ||
    { echo "lab: debootstrap failed, see $LAB_CACHE/debootstrap.log" >&2; return 1; }
  mv "$LAB_BASE.new" "$LAB_BASE"
}

lab_open() {
  lab_need && lab_base || return 1
  LAB_NAME=$1
  LAB_NET=halite-$1
  LAB_DIR=$LAB_CACHE/run-$1
  lab_end_leftovers
  mkdir -p "$LAB_DIR"
  mount -t tmpfs -o mode=0755 halite-lab "$LAB_DIR" || return 1
  ip netns add "$LAB_NET" || return 1
  ip -n "$LAB_NET" link set lo up
  ip -n "$LAB_NET" link add br0 type bridge
  ip -n "$LAB_NET" addr add "$LAB_SUBNET.1/24" dev br0
  ip -n "$LAB_NET" link set br0 up
  LAB_COUNT=1
  declare -gA LAB_PID=() LAB_ADDRESS=()
  trap lab_close EXIT
}

lab_end_leftovers() {
  local file pid
  for file in "$LAB_DIR"/*.nspawn; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    # Only what still is our nspawn: ids are reused.
    grep -qsF -- "--machine=$LAB_NAME-" "/proc/$pid/cmdline" && kill -KILL "$pid" 2>/dev/null
  done
  while mountpoint -q "$LAB_DIR" 2>/dev/null; do umount -R -l "$LAB_DIR" || break; done
  ip netns pids "$LAB_NET" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
  ip netns del "$LAB_NET" 2>/dev/null
  return 0
}

# lab_host HOST: boots it and waits until systemd says that it is up.
lab_host() {
  local host=$1 dir=$LAB_DIR/$1 leader i
  LAB_COUNT=$((LAB_COUNT + 1))
  LAB_ADDRESS[$host]=$LAB_SUBNET.$LAB_COUNT
  mkdir -p "$dir/upper" "$dir/work" "$dir/root"
  mount -t overlay overlay -o "lowerdir=$LAB_BASE,upperdir=$dir/upper,workdir=$dir/work" "$dir/root" || return 1
  lab_prepare "$host" "$dir/root"
  nsenter --net="/run/netns/$LAB_NET" systemd-nspawn --quiet --boot --register=no --keep-unit \
    --machine="$LAB_NAME-$host" --directory="$dir/root" --network-bridge=br0 --link-journal=no \
    --console=pipe >"$dir/console.log" 2>&1 </dev/null &
  echo $! >"$LAB_DIR/$host.nspawn"
  for i in $(seq 100); do
    leader=$(pgrep -P "$(cat "$LAB_DIR/$host.nspawn")" 2>/dev/null | head -n 1)
    if [ -n "$leader" ]; then
      LAB_PID[$host]=$leader
      case "$(lab_run "$host" systemctl is-system-running 2>/dev/null)" in running|degraded) return 0 ;; esac
    fi
    sleep 0.1
  done
  echo "lab: $host did not come up; its console:" >&2
  tail -n 20 "$dir/console.log" >&2
  return 1
}

lab_prepare() {
  local host=$1 root=$2
  echo "$host" >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n%s.1 master salt\n%s %s\n' "$LAB_SUBNET" "${LAB_ADDRESS[$host]}" "$host" >"$root/etc/hosts"
  rm -f "$root/etc/resolv.conf"
  : >"$root/etc/resolv.conf"
  mkdir -p "$root/etc/systemd/network"
  printf '[Match]\nName=host0\n[Network]\nAddress=%s/24\nGateway=%s.1\n' "${LAB_ADDRESS[$host]}" "$LAB_SUBNET" \
    >"$root/etc/systemd/network/10-lab.network"
  chroot "$root" systemctl -q enable systemd-networkd ssh 2>/dev/null
  chroot "$root" systemctl -q mask systemd-networkd-wait-online apt-daily.timer apt-daily-upgrade.timer 2>/dev/null
  rm -f "$root"/etc/ssh/ssh_host_*
  ssh-keygen -q -t ed25519 -N "" -C "" -f "$root/etc/ssh/ssh_host_ed25519_key"
}

# As root in the host: its namespaces, its root, an ordinary environment.
lab_run() {
  local host=$1
  shift
  nsenter -t "${LAB_PID[$host]}" -m -u -i -n -p --root \
    env -i -C / PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
}

# In the lab's network, but on this machine's files: for the master, git and ssh clients.
lab_here() { nsenter --net="/run/netns/$LAB_NET" "$@"; }

lab_address() { echo "${LAB_ADDRESS[$1]}"; }

# lab_debs HOST PACKAGE...: the packages and what they need beyond the base system, as a repository of files that is the
# only one the host's apt knows. They are fetched once, as the base system is, and kept beside it.
lab_debs() {
  local host=$1 debs root=$LAB_DIR/debs
  shift
  debs=$LAB_BASE-debs-$(echo "$*" | cksum | cut -d' ' -f1)
  if [ ! -e "$debs/Packages" ]; then
    echo "lab: fetching packages (once): $*" >&2
    rm -rf "$debs.new"
    mkdir -p "$root/upper" "$root/work" "$root/root" "$debs.new"
    mount -t overlay overlay -o "lowerdir=$LAB_BASE,upperdir=$root/upper,workdir=$root/work" "$root/root" || return 1
    cp -L /etc/resolv.conf "$root/root/etc/resolv.conf"
    chroot "$root/root" sh -c 'apt-get -qq update && apt-get -qq -y --download-only install "$@"' _ "$@" >"$LAB_CACHE/debs.log" 2>&1 ||
      { echo "lab: could not fetch them, see $LAB_CACHE/debs.log" >&2; return 1; }
    cp "$root"/root/var/cache/apt/archives/*.deb "$debs.new"
    umount "$root/root"
    (cd "$debs.new" && for deb in *.deb; do
      dpkg-deb -f "$deb" && printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
    done >Packages) || return 1
    mv "$debs.new" "$debs"
  fi
  cp -r "$debs" "$LAB_DIR/$host/root/srv/debs"
  rm -f "$LAB_DIR/$host/root"/etc/apt/sources.list.d/*
  echo 'deb [trusted=yes] file:///srv/debs ./' >"$LAB_DIR/$host/root/etc/apt/sources.list"
  lab_run "$host" apt-get -qq update
}

# lab_install HOST FILE TARGET [MODE]
lab_install() { install -D -m "${4:-755}" "$2" "$LAB_DIR/$1/root$3"; }

lab_close() {
  trap - EXIT
  local host
  for host in "${!LAB_PID[@]}"; do
    kill -KILL "${LAB_PID[$host]}" "$(cat "$LAB_DIR/$host.nspawn")" 2>/dev/null
  done
  wait 2>/dev/null
  lab_end_leftovers
  rmdir "$LAB_DIR" 2>/dev/null
  return 0
}
