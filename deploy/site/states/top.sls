base:
  '*':
    - groups
    - users
    - sudoers
