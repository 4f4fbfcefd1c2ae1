"""`python -m tinylite` is the command `tinylite`."""

from tinylite.cli.main import main

main()
