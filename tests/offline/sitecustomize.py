"""Python imports this by its name at the start of every program that a test starts, for the folder is on PYTHONPATH."""

import loopback_only  # noqa: F401
