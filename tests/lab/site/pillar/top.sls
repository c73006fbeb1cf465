base:
  '*':
    - roles
    - access
    - firewall
    - users.*
