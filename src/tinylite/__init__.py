"""tinylite: a folder of text files becomes a real-time analytics backend."""

__version__ = "0.1.0"
