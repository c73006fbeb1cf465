#!/bin/sh
# Warm compiles of python/psf-salt's recorded hosts. Usage: compile.sh COMPILE_BENCH [REPEATS]; PSF_SALT names a checkout of
# python/psf-salt, GOLDEN the recordings, and SALT_SOURCE a checkout of stock Salt that is measured beside it.
set -eu
bench=$1
repeats=${2:-21}
here=$(cd "$(dirname "$0")" && pwd)
: "${PSF_SALT:?a checkout of python/psf-salt}"
: "${GOLDEN:=$here/../../../shared/golden/psf-salt}"
"$bench" "$PSF_SALT" "$GOLDEN" "$repeats"
if [ -n "${SALT_SOURCE:-}" ]; then
  PYTHONPATH=$SALT_SOURCE /usr/bin/python3 "$here/compile_peer.py" "$PSF_SALT" "$GOLDEN" 3 2>/dev/null
fi
