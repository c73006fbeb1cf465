users:
  bo:
    fullname: Bo Ibn Example
    access:
      shop:
        allowed: true
        groups: [stock, tills]
    ssh_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMD+KiCUTSucsTLrcq6ZGaPFrQg++PTzuBercWR3R1wI bo
