"""What the Training lab and the command line run: live runs, cell races, gradient studies, comparisons, tuning."""
