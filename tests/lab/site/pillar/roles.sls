roles:
  shop:
    pattern: 'shop*.example.org'
  store:
    pattern: 'store*.example.org'
