"""Pictures as SVG text, without a browser: of any figure, and of the network and its cell."""
