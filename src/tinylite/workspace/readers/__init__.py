"""A format a file: its rows as events."""
