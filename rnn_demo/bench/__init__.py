"""What measures the program. Only the command line imports it."""
