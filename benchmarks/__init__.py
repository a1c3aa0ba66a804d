"""Measures the pages and the import against what they cannot be faster than. `python -m benchmarks --help`."""
