"""The pieces of a report's page: one HTML file that needs nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_STYLE: Final = """
:root { --ink:#1b2432; --muted:#6b7686; --line:#e6eaf0; --good:#1f7a5c; --bad:#b3261e; --paper:#ffffff; }
* { box-sizing:border-box }
body { margin:0; background:#f4f6f9; color:var(--ink);
       font:16px/1.55 Inter,"Segoe UI","Helvetica Neue",Arial,sans-serif }
main { max-width:1040px; margin:0 auto; padding:40px 24px 64px }
h1 { font-size:30px; line-height:1.2; margin:0 0 6px; letter-spacing:-.02em }
h2 { font-size:18px; margin:0 0 4px }
p.lead { margin:0 0 28px; color:var(--muted) }
.verdict { border-radius:12px; padding:14px 18px; margin:0 0 20px; font-weight:600; color:#fff }
.verdict.good { background:var(--good) } .verdict.bad { background:var(--bad) }
.figures { display:grid; grid-template-columns:repeat(auto-fit,minmax(150px,1fr)); gap:14px; margin:0 0 20px }
.figure,.card { background:var(--paper); border:1px solid var(--line); border-radius:14px }
.figure { padding:16px 18px }
.figure b { display:block; font-size:26px; line-height:1.15; letter-spacing:-.02em;
            font-variant-numeric:tabular-nums }
.figure span { color:var(--muted); font-size:14px }
.card { padding:20px 22px; margin:0 0 20px }
.card p { margin:0 0 12px; color:var(--muted); font-size:15px }
.card img { display:block; width:100%; height:auto }
.pair { display:grid; grid-template-columns:repeat(auto-fit,minmax(420px,1fr)); gap:20px }
table { width:100%; border-collapse:collapse; font-size:15px }
td,th { text-align:left; padding:7px 8px; border-top:1px solid var(--line) }
th { color:var(--muted); font-weight:500; border-top:0 }
td.n,th.n { text-align:right; font-variant-numeric:tabular-nums }
footer { color:var(--muted); font-size:14px }
@media (max-width:560px) { .pair { grid-template-columns:1fr } main { padding:24px 14px } }
"""


def page(title: str, lead: str, parts: Iterable[str], foot: str) -> str:
    """The whole document."""
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f'<body><main><h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>\n{body}\n'
        f"<footer>{escape(foot)}</footer></main></body></html>\n"
    )


def verdict(text: str, *, good: bool) -> str:
    """One sentence that says whether all is well."""
    return f'<div class="verdict {"good" if good else "bad"}" role="status">{escape(text)}</div>'


def figures(pairs: Sequence[tuple[str, str]]) -> str:
    """Key figures: value and what it is."""
    cards = (
        f'<div class="figure"><b>{escape(value)}</b><span>{escape(name)}</span></div>'
        for value, name in pairs
    )
    return f'<div class="figures">{"".join(cards)}</div>'


def card(title: str, explanation: str, content: str) -> str:
    """A titled block."""
    return f'<section class="card"><h2>{escape(title)}</h2><p>{escape(explanation)}</p>{content}</section>'


def side_by_side(*cards: str) -> str:
    """Blocks next to each other where there is room."""
    return f'<div class="pair">{"".join(cards)}</div>'


def image(data: bytes, description: str) -> str:
    """A PNG or SVG inside the page."""
    kind = "png" if data.startswith(b"\x89PNG") else "svg+xml"
    return f'<img alt="{escape(description)}" src="data:image/{kind};base64,{b64encode(data).decode()}">'


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int = 1) -> str:
    """A table whose columns from `numbers_from` on are figures."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=n' if column >= numbers_from else ''}>{escape(text)}</{tag}>"
            for column, text in enumerate(row)
        )

    lines = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><tr>{cells('th', head)}</tr>{lines}</table>"
