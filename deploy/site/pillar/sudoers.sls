# Members of these groups may run these commands as root. An admin and everyone with `sudo: true` is a member.
sudoer_groups:
  site-admin:
    commands:
      - 'ALL=(ALL) NOPASSWD: ALL'
