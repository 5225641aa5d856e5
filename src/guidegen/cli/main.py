"""The `guidegen` command: finds its subcommands, and turns every failure into text and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from guidegen import __version__
from guidegen.cli.console import complain, put
from guidegen.cli.group import Group

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

FINE, FOUND, REFUSED, MACHINE, INTERRUPTED = 0, 1, 2, 3, 130
COMMANDS = {
    "render": "Make one guide.",
    "build": "Make all guides, or those that changed.",
    "list": "Show what the pack has: places, roles, guides, passages, tables, facts.",
    "check": "Find everything that is wrong with the pack.",
    "explain": "Show where each line of a guide comes from.",
    "diff": "Compare the goldens with what the pack renders now.",
    "impact": "Show what would change in the guides if a fact did.",
    "accept": "Make the goldens what the pack renders now.",
    "new": "Begin a city, a role or a locale, as a commented draft.",
    "import": "Read one more document into the pack.",
    "learn": "Turn guides that exist into a pack that renders them back.",
    "init": "Begin a pack in a new folder.",
    "schema": "Print JSON Schema of the pack's files, for editors and programs.",
    "completion": "Print what makes a shell complete commands, cities and roles.",
}


class Commands(Group):
    """Imports a subcommand when it runs: help and version need none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of a writer's day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command by name, imported now."""
        if name not in COMMANDS:
            return None
        from importlib import import_module

        command = import_module(f"guidegen.cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `guidegen --help`, from the one-line texts above."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _complete_folder(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    from guidegen.cli.complete import complete_folder

    return complete_folder(ctx, param, typed)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="guidegen", message="%(prog)s %(version)s")
@click.option(
    "--pack",
    metavar="DIR",
    shell_complete=_complete_folder,
    help="The pack's folder; else the nearest one upward with a pack.yaml.",
)
@click.pass_context
def guidegen(ctx: click.Context, pack: str | None) -> None:
    """Guides from facts, rules and snippets.

    \b
    guidegen render --city NAME --role NAME
    guidegen check
    guidegen diff

    Exit codes: 0 fine, 1 it ran and found something, 2 nothing was done (a wrong command line, a pack
    with errors), 3 the machine failed, 130 interrupted.
    """
    ctx.obj = pack


def run() -> int:
    """Run the command that was typed; gives its exit code. No failure is left to become a traceback."""
    if os.environ.get("_GUIDEGEN_COMPLETE"):
        from guidegen.cli.completion import answer

        answer(guidegen)
        _discard_output()
        return FINE
    try:
        code = guidegen.main(prog_name="guidegen", standalone_mode=False) or FINE
        put(b"")
        return int(code)
    except click.ClickException as error:
        complain(_usage(error))
        return REFUSED
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the reader has seen enough; click makes an exit of it
        _discard_output()
        return FINE
    except OSError as error:
        _discard_output()
        complain(f"can't write the output: {error.strerror or error}")
        return MACHINE
    except Exception as error:  # noqa: BLE001  # told apart there, and raised again if it is none of ours
        return _refused(error)


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    hint = f"\n  see `{context.command_path} --help`" if context else ""
    return f"{error.format_message()}{hint}"


def _discard_output() -> None:
    """Point standard output nowhere: Python flushes it once more at the end, and would fail again."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused(error: Exception) -> int:
    from guidegen.problems import MachineFailed, Refused, ordered, show

    if isinstance(error, Refused):
        from guidegen.cli.console import report

        report(ordered(error.problems))
        return REFUSED
    if isinstance(error, MachineFailed):
        complain(show(error.problem))
        return MACHINE
    raise error
