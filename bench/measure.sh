# Shared by the benchmarks: sourced, or run in a host as `bash -s` input.

# repeat COUNT COMMAND...: whole-process wall time in ms, "min median max", after one run that is not counted.
repeat() {
  local count=$1 i before after
  shift
  "$@" >/dev/null 2>&1
  for ((i = 0; i < count; i++)); do
    before=${EPOCHREALTIME/./}
    "$@" >/dev/null 2>&1
    after=${EPOCHREALTIME/./}
    echo $((after - before))
  done | sort -n | awk '{t[NR] = $1 / 1000} END {printf "%.1f %.1f %.1f\n", t[1], t[int((NR + 1) / 2)], t[NR]}'
}

# pss PID...: proportional set size of these processes together, in MB.
pss() {
  local pid
  for pid in "$@"; do awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup"; done | awk '{kb += $1} END {printf "%.1f\n", kb / 1024}'
}
