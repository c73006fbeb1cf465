broken_site:
  test.fail_without_changes
