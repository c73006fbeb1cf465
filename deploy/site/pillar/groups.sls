groups:
  - deploy
  - dba
