"""The key after the exam: what counts as right, and what another key would do, before it is recorded."""
