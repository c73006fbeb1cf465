#!/usr/bin/env bash
# The Debian package of halite-swarm: made, unpacked, and run from where it was unpacked.
# usage: package_test.sh BIN_DIRECTORY
set -u
bin=$(realpath "$1")
. "$(dirname "$0")/../support/shell/processes.sh"

(cd "$work" && cpack --config "$bin/../CPackConfig.cmake" -B "$work") >"$work/cpack.log" 2>&1 || fail "cpack makes no package"
package=("$work"/halite-swarm_*.deb)
[ -f "${package[0]}" ] || fail "there is no halite-swarm_VERSION_ARCHITECTURE.deb"
[ "$(dpkg-deb --field "${package[0]}" Package)" = halite-swarm ] || fail "the package has another name"
dpkg-deb --extract "${package[0]}" "$work/root"
"$work/root/usr/bin/halite-swarm" --version | grep -q "^halite-swarm $(dpkg-deb --field "${package[0]}" Version)" || fail "the program has another version than its package"
[ -s "$work/root/usr/share/doc/halite-swarm/scale.md" ] || fail "its documentation is missing"
echo "ok: halite-swarm has a package of its own"
# What it needs must be named, or it will not start on another machine.
program=$work/root/usr/bin/halite-swarm depends=$(dpkg-deb --field "${package[0]}" Depends)
for library in $(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
  case $library in ld-linux*) continue ;; esac
  path=$(ldd "$program" | awk -v name="$library" '$1 == name {print $3}')
  owner=$(dpkg-query -S "$(readlink -f "$path")" "$path" 2>/dev/null | head -1 | cut -d: -f1)
  [ -n "$owner" ] || fail "no package has $library"
  grep -qw -- "$owner" <<<"$depends" || fail "$library is of $owner, which is not among: $depends"
done
echo "ok: it depends on what its libraries are from"
