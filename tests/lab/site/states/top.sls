base:
  '*':
    - limits
    - accounts
    - sshd
    - firewall
    - sudo
    - upgrades
    - logs
    - motd
