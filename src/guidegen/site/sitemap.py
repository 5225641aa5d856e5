"""What search engines ask a site for: sitemap.xml, in several files if need be, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from io import BytesIO
from typing import NamedTuple

from guidegen.build.work import Output

MOST = 50_000  # pages of one sitemap, as the protocol has it
LARGEST = 10_000_000  # bytes; the protocol allows 50 MiB, but a file is held in memory until it is whole
MAP, ROBOTS = "sitemap.xml", "robots.txt"
_OPENED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{}>\n'
)
_LINKS = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'


class Mapped(NamedTuple):
    """A page of the sitemap: its address, the newest date of a fact in it, and its languages by tag."""

    address: str
    dated: str
    languages: tuple[tuple[str, str], ...]


def sitemaps(home: str, pages: Iterable[Mapped]) -> Iterator[Output]:
    """sitemap.xml; if one file doesn't hold all pages, it names the others: sitemap-1.xml and so on.

    `home` is the site's address, with a slash at its end.
    """
    number, waiting = 0, b""
    for data in _files(pages):
        if number:
            yield Output(_name(number), waiting)
        number, waiting = number + 1, data
    if number < 2:
        yield Output(MAP, waiting)
        return
    yield Output(_name(number), waiting)
    index = "".join(
        f"<sitemap><loc>{escape(home)}{_name(one)}</loc></sitemap>\n" for one in range(1, number + 1)
    )
    yield Output(MAP, f"{_OPENED.format('sitemapindex', '')}{index}</sitemapindex>\n".encode())


def robots(home: str) -> Output:
    """robots.txt: everything may be read, and there is a sitemap."""
    return Output(ROBOTS, f"User-agent: *\nDisallow:\n\nSitemap: {home}{MAP}\n".encode())


def _name(number: int) -> str:
    return f"sitemap-{number}.xml"


def _files(pages: Iterable[Mapped]) -> Iterator[bytes]:
    """Sitemaps, each as full as it may be; one at least."""
    closing = b"</urlset>\n"
    file, count = _opened(), 0
    for page in pages:
        entry = _entry(page)
        if count == MOST or (count and file.tell() + len(entry) + len(closing) > LARGEST):
            file.write(closing)
            yield file.getvalue()
            file, count = _opened(), 0
        file.write(entry)
        count += 1
    file.write(closing)
    yield file.getvalue()


def _opened() -> BytesIO:
    file = BytesIO()
    file.write(_OPENED.format("urlset", _LINKS).encode())
    return file


def _entry(page: Mapped) -> bytes:
    dated = f"<lastmod>{page.dated}</lastmod>\n" if page.dated else ""
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="{escape(address)}"/>\n'
        for tag, address in page.languages
    )
    return f"<url>\n<loc>{escape(page.address)}</loc>\n{dated}{links}</url>\n".encode()
