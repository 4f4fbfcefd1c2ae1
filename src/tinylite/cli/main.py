"""The command `tinylite`. Nothing but click is imported until a command runs."""

from __future__ import annotations

import gc
import importlib
import sys
from typing import Any

import click

from tinylite import __version__
from tinylite.cli import options

# Name → module, and the line that `tinylite --help` shows. The module's `command` is the command.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("tinylite.cli.init", "Make a small working project."),
    "check": ("tinylite.cli.check", "Find every fault of a project."),
    "build": ("tinylite.cli.build", "Check a project and make its tables."),
    "dev": ("tinylite.cli.dev", "Serve a project, and follow its files."),
    "serve": ("tinylite.cli.serve", "Serve what is deployed to a data folder."),
    "deploy": ("tinylite.cli.deploy", "Plan a project against a server, prepare it beside what is live, switch."),
    "deployment": ("tinylite.cli.deployment", "List, promote and discard deployments, go back to an earlier one."),
    "diff": ("tinylite.cli.diff", "Tell what changes, from a commit or from what is live."),
    "fmt": ("tinylite.cli.fmt", "Write datafiles in their canonical form."),
    "test": ("tinylite.cli.test", "Run the tests of a project, write what they expect."),
    "parity": ("tinylite.cli.parity", "Compare the answers of two engines, or of two servers."),
    "mock": ("tinylite.cli.mock", "Make believable rows of a data source."),
    "sql": ("tinylite.cli.sql", "Run a SELECT."),
    "datasource": ("tinylite.cli.datasource", "Send rows, take them out, look after quarantine."),
    "copy": ("tinylite.cli.copy", "List and run copies, pause and resume their schedules."),
    "sink": ("tinylite.cli.sink", "List and run sinks, which write to buckets, folders and topics."),
    "connection": ("tinylite.cli.connection", "List, make and test connections to buckets and Kafka."),
    "materialization": ("tinylite.cli.materialization", "List materialized views, fill them from history."),
    "job": ("tinylite.cli.job", "List, show and stop jobs."),
    "logs": ("tinylite.cli.logs", "Tell what happened: requests, blocks of rows, jobs."),
    "log": ("tinylite.cli.log", "Read the log of events, for emergencies."),
    "token": ("tinylite.cli.token", "Make, list, renew and remove tokens."),
    "secret": ("tinylite.cli.secret", "Set, list and remove secrets."),
    "backup": ("tinylite.cli.backup", "Copy everything that a data folder holds."),
    "restore": ("tinylite.cli.restore", "Make a data folder from a backup."),
    "migrate": ("tinylite.cli.migrate", "Move all rows to ClickHouse while events come."),
    "pipe": ("tinylite.cli.pipe", "List pipes."),
    "info": ("tinylite.cli.info", "Tell which project, data and server are meant here."),
    "completion": ("tinylite.cli.completion", "Make a shell complete commands."),
    "workspace": ("tinylite.cli.workspace", "List, make and remove workspaces of a server."),
    "branch": ("tinylite.cli.branch", "List, make and remove copies of a workspace to try things in."),
    "endpoint": ("tinylite.cli.endpoint", "List, locate, ask and measure endpoints."),
    "open": ("tinylite.cli.open", "Open the page of an endpoint in the browser."),
    "client": ("tinylite.cli.typed_client", "Make a typed client of the endpoints, in TypeScript or Python."),
}
EXIT_STATUSES = {0: "done", 1: "errors were found, or something failed", 2: "wrong usage", 130: "stopped by Ctrl-C"}


class Commands(click.Group):
    """Imports a command's module when the command is used, and shows what it returns or why it could not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            from tinylite.diagnostics.suggest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"there is no command '{args[0]}'" + (f": {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> int:
        """The exit status."""
        try:
            result = super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            # click's own: wrong usage, --help, a reader of the output that went away.
            raise
        except Exception as problem:
            from tinylite.cli.problems import explained

            result = explained(problem)
        if result is None:
            return 0
        from tinylite.cli.options import chosen_view
        from tinylite.cli.views import show

        show(result, chosen_view(ctx))
        status: int = result.status
        return status


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tinylite")
@click.option("--env", multiple=True, metavar="NAME", help="The environment of tinylite.yaml to ask.")
@click.option("--staging", is_flag=True, help="Read the deployment that waits.")
@click.option("--branch", default="", metavar="NAME", help="The branch or workspace of the server to ask.")
@click.pass_context
def cli(ctx: click.Context, env: tuple[str, ...], staging: bool, branch: str) -> None:
    """A real-time analytics backend from a folder of text files."""
    if len(env) > 1 and ctx.invoked_subcommand != "parity":
        raise click.UsageError("--env is given twice: only tinylite parity asks two environments", ctx)
    options.chosen.set(env[0] if env else "")
    options.every.set(env)
    options.staging.set(staging)
    options.branch.set(branch)


def _in_front(args: list[str]) -> list[str]:
    """--env, --branch and --staging may stand anywhere: they are moved to where click looks for them."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(args)
    for arg in left:
        if arg == "--":
            rest += [arg, *left]
        elif arg == "--staging" or arg.startswith(("--env=", "--branch=")):
            front.append(arg)
        elif arg in ("--env", "--branch"):
            front += [arg, *([value] if (value := next(left, None)) is not None else [])]
        else:
            rest.append(arg)
    return front + rest


def main(args: list[str] | None = None) -> None:
    """Runs the command and ends the process. Every error is said in words; a traceback only on request."""
    # Trees of queries are many small objects that stay: looking for garbage among them took a fifth of a check.
    gc.set_threshold(50_000, 20, 50)
    try:
        sys.exit(
            cli.main(
                args=_in_front(sys.argv[1:] if args is None else args), prog_name="tinylite", standalone_mode=False
            )
        )
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
