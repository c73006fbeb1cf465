firewall:
  web:
    ports: [80, 443]
  tills:
    ports: [9000]
    source: 10.132.0.0/16
