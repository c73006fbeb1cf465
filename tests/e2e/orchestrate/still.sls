quiet:
  test.succeed_without_changes
