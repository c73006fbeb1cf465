web_site:
  test.succeed_with_changes
