base:
  '*':
    - roles
    - groups
    - sudoers
    - users.*
