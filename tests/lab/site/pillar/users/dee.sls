users:
  dee:
    fullname: Dee Example
    access:
      store:
        allowed: true
        sudo: true
    ssh_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMD+KiCUTSucsTLrcq6ZGaPFrQg++PTzuBercWR3R1wI dee
