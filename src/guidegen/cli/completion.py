"""`guidegen completion`: the script by which a shell asks what may come next, and the answer it gets."""

from __future__ import annotations

import os
from contextlib import redirect_stderr, suppress
from io import StringIO

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from guidegen.cli.complete import complete_word
from guidegen.cli.console import put


class _Bash(BashComplete):
    """Bash splits words at `:` and `=`, and puts in what stands behind the last of them."""

    _kept = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and that one, put together again."""
        words, at = split_arg_string(os.environ["COMP_WORDS"]), int(os.environ["COMP_CWORD"])
        joined: list[str] = []
        before = ""
        for word in [*words[:at], words[at] if at < len(words) else ""]:
            if joined and (word == ":" or (word and before == ":")):
                self._kept = joined[-1] + ":" if word == ":" else joined[-1]
                joined[-1] += word
            elif joined and word and before == "=" and joined[-1] == "":
                joined[-1] = word
            else:
                self._kept = ""
                starts_value = word == "=" and joined and joined[-1].startswith("--")
                joined.append("" if starts_value else word)
            before = word
        return joined[1:-1], joined[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """A word without what bash keeps of it."""
        return super().format_completion(CompletionItem(item.value.removeprefix(self._kept), type=item.type))


class _WithOption(ShellComplete):
    """A shell that puts the answer in the place of all of `--city=NAME`, not of NAME alone."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """The answers, each with the option that the word begins with."""
        option, equals, _ = incomplete.partition("=")
        found = super().get_completions(args, incomplete)
        for item in found:
            if equals and option.startswith("--") and item.type == "plain":
                item.value = f"{option}={item.value}"
        return found


class _Zsh(_WithOption, ZshComplete):
    pass


class _Fish(_WithOption, FishComplete):
    """Fish would split an answer at each of its commas."""

    source_template = FishComplete.source_template.replace(
        'string split "," $completion', 'string split --max 1 "," $completion'
    )


SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}
_LOAD = {
    "bash": 'write in ~/.bashrc: eval "$(guidegen completion bash)"',
    "zsh": 'write in ~/.zshrc, behind compinit: eval "$(guidegen completion zsh)"',
    "fish": "once: guidegen completion fish >~/.config/fish/completions/guidegen.fish",
}


_VARIABLE = "_GUIDEGEN_COMPLETE"  # click's name for it


def answer(commands: click.Group) -> None:
    """Tell the shell that asks what may come next; whatever goes wrong, silence is the answer."""
    for shell in SHELLS.values():
        add_completion_class(shell)
    with redirect_stderr(StringIO()), suppress(Exception, SystemExit, KeyboardInterrupt):
        commands.main(prog_name="guidegen", complete_var=_VARIABLE)


_HELP = "\n".join(
    (
        "Print what makes a shell complete commands, cities and roles.\n",
        "\b\nguidegen completion bash\n",
        "\b\nTo load it,",
        *(f"  {shell:5} {how}" for shell, how in _LOAD.items()),
    )
)


@click.command("completion", help=_HELP)
@click.argument("shell", metavar="|".join(SHELLS), shell_complete=complete_word(tuple(SHELLS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a shell's script, with how to load it at its head."""
    from guidegen.problems import refuse, suggest

    if shell not in SHELLS:
        raise refuse("unknown-shell", f"unknown shell '{shell}'", hint=suggest(shell, tuple(SHELLS)))
    first, line, rest = (
        SHELLS[shell](ctx.find_root().command, {}, "guidegen", _VARIABLE).source().partition("\n")
    )
    about = f"# Made by `guidegen completion {shell}`. To load it, {_LOAD[shell]}\n"
    directive = first.startswith("#")  # zsh wants its own in the first line
    put((first + line + about + rest if directive else about + first + line + rest).encode())
