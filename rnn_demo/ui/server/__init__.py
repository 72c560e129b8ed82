"""What stands between Gradio and the network: who may ask how much, and what every answer says."""
