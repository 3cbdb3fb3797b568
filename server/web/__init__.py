"""Pages for people at a desk, and the design system that all pages share."""
