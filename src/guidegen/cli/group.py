"""A command with subcommands that says which one was meant."""

from __future__ import annotations

import click


class Group(click.Group):
    """Refuses an unknown subcommand with the nearest one, and completes nothing after it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand that was typed. Raises `Refused` if there is none of this name."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            if ctx.resilient_parsing:  # a shell asks what may come next: nothing
                return args[0], click.Command(args[0], add_help_option=False), args[1:]
            from guidegen.problems import refuse, suggest

            raise refuse("unknown-command", f"unknown command '{args[0]}'", hint=suggest(args[0], known))
        return super().resolve_command(ctx, args)
