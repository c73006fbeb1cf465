users:
  carol:
    fullname: Carol Example
    access:
      database:
        allowed: true
        sudo: true
        groups:
          - dba
    ssh_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDZ6NBiMB5AwOticdYQb0/+vif8gXSLVgqLoE2NlUifw carol@example.org
