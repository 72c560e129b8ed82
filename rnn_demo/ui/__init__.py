"""The page: everything that needs Gradio."""
