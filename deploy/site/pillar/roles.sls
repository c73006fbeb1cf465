# Which hosts play which role. Patterns are compound matchers over ids; grains have no place here, since a host that
# lies about its grains must not gain users or secrets.
roles:
  web:
    pattern: 'web*'
    purpose: Serves the public pages
  database:
    pattern: 'db*'
    purpose: Holds the data
