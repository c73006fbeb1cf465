users:
  cy:
    fullname: "Cyd \u0141ukasz"
    access:
      shop:
        allowed: true
        sudo: true
        groups: [stock]
    ssh_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMD+KiCUTSucsTLrcq6ZGaPFrQg++PTzuBercWR3R1wI cy
