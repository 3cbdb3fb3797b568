"""Pictures of figures, as SVG made on the server: the same on a page, on a print-out and in a PDF."""
