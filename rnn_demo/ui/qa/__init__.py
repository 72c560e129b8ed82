"""QA chat."""
