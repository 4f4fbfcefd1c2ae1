"""tinylite completion"""

from __future__ import annotations

import click

from tinylite.cli.options import output_option
from tinylite.cli.result import Raw, Result


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@output_option(text="text")
def command(shell: str) -> Result:
    """Prints what makes SHELL complete commands, options and values.

    \b
    Example:
      tinylite completion bash >> ~/.bashrc
      tinylite completion zsh >> ~/.zshrc
      tinylite completion fish > ~/.config/fish/completions/tinylite.fish
    """
    from click.shell_completion import get_completion_class

    from tinylite.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None
    # What is printed asks tinylite itself when somebody presses the key: it stays right when commands change.
    text = found(cli, {}, "tinylite", "_TINYLITE_COMPLETE").source()
    return Result([Raw(f"{text}\n".encode())], Raw(text.encode()))
