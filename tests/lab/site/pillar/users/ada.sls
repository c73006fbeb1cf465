users:
  ada:
    fullname: Ada Example
    admin: true
    shell: /bin/zsh
    packages: [zsh]
    ssh_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMD+KiCUTSucsTLrcq6ZGaPFrQg++PTzuBercWR3R1wI ada
