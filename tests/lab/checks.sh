# What the lab's tests share: steps, checks, and our programs as services in a host. Sourced after deploy/lab/lab.sh;
# needs $bin (our programs) and $top (the checkout).

failures=0

step() { printf '\n-- %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; show_logs; exit 1; }

# check WHAT COMMAND...: it must succeed; check_not: it must fail. The command's output is shown when it does not.
check() {
  local what=$1 output
  shift
  if output=$("$@" 2>&1); then printf '   ok: %s\n' "$what"; else printf '   FAILED: %s\n%s\n' "$what" "$output"; failures=$((failures + 1)); fi
}
check_not() {
  local what=$1 output
  shift
  if output=$("$@" 2>&1); then printf '   FAILED: %s\n%s\n' "$what" "$output"; failures=$((failures + 1)); else printf '   ok: %s\n' "$what"; fi
}

# eventually SECONDS WHAT COMMAND...
eventually() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "waited in vain: $what"
    sleep 0.1
  done
  printf '   ok: %s\n' "$what"
}

show_logs() {
  local host
  for host in "${!LAB_PID[@]}"; do
    printf '\n-- journal of %s\n' "$host"
    lab_run "$host" journalctl -q --no-pager -n 25 -u 'halite-*'
  done
}

finish_checks() {
  [ "$failures" = 0 ] && { printf '\nall checks passed\n'; exit 0; }
  show_logs
  printf '\n%s checks failed\n' "$failures"
  exit 1
}

install_master() {
  local program
  for program in halite-master halite halite-key halite-run; do lab_install "$1" "$bin/$program" "/usr/bin/$program"; done
  lab_install "$1" "$top/deploy/systemd/halite-master.service" /etc/systemd/system/halite-master.service 644
  lab_run "$1" useradd --system --home-dir /var/lib/halite --shell /usr/sbin/nologin halite
  mkdir -p "$LAB_DIR/$1/root/etc/halite"
  lab_run "$1" systemctl daemon-reload
}

install_minion() {
  local program
  for program in halite-minion halite-call; do lab_install "$1" "$bin/$program" "/usr/bin/$program"; done
  lab_install "$1" "$top/deploy/systemd/halite-minion.service" /etc/systemd/system/halite-minion.service 644
  mkdir -p "$LAB_DIR/$1/root/etc/halite"
  printf 'master: %s\nacceptance_wait_time: 1\n' "$(lab_address master)" >"$LAB_DIR/$1/root/etc/halite/minion"
  lab_run "$1" systemctl daemon-reload
}

# The site at /srv/site of the host: states as file_roots, the pillar in a git repository with a post-receive hook,
# and a clone of it in /root/pillar.
master_with_site_in_git() {
  local root=$LAB_DIR/$1/root
  cat >"$root/etc/halite/master" <<'CONF'
user: halite
file_roots:
  base: [/srv/site/states]
ext_pillar:
  - git:
      - main file:///srv/git/pillar.git:
          - env: base
CONF
  lab_run "$1" sh -c '
    set -e
    git config --global user.name Admin
    git config --global user.email admin@example.org
    git config --global init.defaultBranch main
    git init -q --bare -b main /srv/git/pillar.git
    printf "#!/bin/sh\nexec halite-run git_pillar.update\n" > /srv/git/pillar.git/hooks/post-receive
    mv /srv/site/pillar /root/pillar
    cd /root/pillar
    git config --global advice.ignoredHook false
    git init -q && git add . && git commit -qm "The site"
    git remote add origin /srv/git/pillar.git && git push -q origin main
    chmod 755 /srv/git/pillar.git/hooks/post-receive' || fail "the pillar repository"
}

waits_for_acceptance() { lab_run master halite-key -l pre | grep -qx "$1"; }
