#!/bin/bash
# Runs the attacks where they mean something: as root, in a mount namespace of our own.
[ "$(id -u)" = 0 ] || { echo "SKIP: the attacks need root, against which a user plays"; exit 77; }
unshare --mount true 2>/dev/null || { echo "SKIP: no mount namespace can be made here"; exit 77; }
exec unshare --mount "$@"
