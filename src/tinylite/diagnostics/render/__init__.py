"""Diagnostics written down: for people, for programs, for GitHub. Each module has one `render`."""
