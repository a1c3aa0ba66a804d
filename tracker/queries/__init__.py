"""Everything that reads. Every question takes a keyword-only `viewer` and begins at `tracker.visibility`."""
