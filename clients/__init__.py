"""Programs that were written for Tinybird, against a running server: see README.md."""
