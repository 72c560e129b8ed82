"""The stepper without Gradio: what the page and a notebook are sent to draw a trace."""
