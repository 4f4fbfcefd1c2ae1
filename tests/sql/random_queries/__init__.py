"""Random queries over random tables, asked of both engines."""
