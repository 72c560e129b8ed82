"""A series: forecasting in the lab."""
