users:
  bob:
    fullname: Bob Example
    access:
      web:
        allowed: true
        groups:
          - deploy
    ssh_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAyuS+LclBTj4OdBxElLvhrnEUtgenA/2tF1B5R+1wkm bob@example.org
