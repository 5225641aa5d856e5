"""Shows a page in the reader's browser."""

from __future__ import annotations

from pathlib import Path

from guidegen.cli.console import complain


def show_page(data: bytes, file: Path | None, name: str) -> None:
    """Open a page in the browser: from the file it was written to, else from a new temporary folder.

    Raises `MachineFailed` if there is no browser, or none that opens it; the file is named then.
    """
    import webbrowser

    from guidegen.files import scratch_folder, write

    try:
        webbrowser.get()
    except webbrowser.Error:
        raise _failed("there is no browser here that could be opened", file) from None
    page = (file or scratch_folder() / name).resolve()
    write(page, data)
    if not webbrowser.open(page.as_uri()):
        raise _failed("no browser would open the page", page)
    complain(f"opened {page}")


def _failed(message: str, page: Path | None) -> Exception:
    from guidegen.problems import MachineFailed, Problem

    hint = f"open {page} yourself" if page else "write the page with -o FILE, and open that file"
    return MachineFailed(Problem("no-browser", message, hint=f"{hint}; or name a browser in BROWSER"))
