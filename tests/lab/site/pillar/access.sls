groups:
  - stock
  - tills

sudoer_groups:
  wheelers:
    commands:
      - 'ALL=(ALL) NOPASSWD: ALL'
