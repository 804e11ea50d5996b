"""Where the test suite's services come from."""
