#!/usr/bin/env python3
"""Who may log in on a host, by a site's pillar alone, and a key pair for each, so that a test can try.

usage: site_users.py PILLAR HOST_ID KEYS OUT ROLES

Reads PILLAR/users/**.sls and ROLES, makes a key pair per user in KEYS, and writes the users' files to OUT/users with
that key in the place of their own: a pillar root for OUT before PILLAR. Prints a line per user: name, whether they may
log in, whether they may become root.
"""
import fnmatch
import pathlib
import subprocess
import sys

import yaml

pillar, host, keys, out, roles = sys.argv[1:]
patterns = {name: role["pattern"] for name, role in yaml.safe_load(open(roles))["roles"].items()}

for path in sorted(pathlib.Path(pillar, "users").rglob("*.sls")):
    data = yaml.safe_load(path.read_text())
    for name, user in data["users"].items():
        allowed = sudo = bool(user.get("admin"))
        for role, access in user.get("access", {}).items():
            if fnmatch.fnmatchcase(host, patterns.get(role, "")):
                allowed = allowed or bool(access.get("allowed"))
                sudo = sudo or bool(access.get("sudo"))
        key = pathlib.Path(keys, name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key], check=True)
        user["ssh_keys"] = [key.with_suffix(".pub").read_text().strip()]
        print(name, "in" if allowed else "out", "sudo" if allowed and sudo else "nosudo")
    copy = pathlib.Path(out, path.relative_to(pillar))
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(yaml.safe_dump(data, sort_keys=False))
