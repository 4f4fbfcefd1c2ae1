"""Tests, a folder a room of the package."""
