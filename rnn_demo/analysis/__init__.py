"""Looking into a trained network: traces, attributions, gradients through time, metrics, calibration."""
