"""When the site is built: formulas as MathML, powers of ten, links to the API."""

import re
from html import unescape
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert

# What pymdownx.arithmatex makes of $…$ and $$…$$: no script, no font, no network.
_FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<latex>.*?)\\[)\]]</(?P=tag)>',
    re.DOTALL,
)

_POWER = re.compile(
    r"(?P<left_alone><(?P<tag>pre|code)\b.*?</(?P=tag)>)|\b10\^(?P<exponent>\d+)",
    re.DOTALL,
)

_OPTION = re.compile(r"(?<=<code>)--[\w-]+")

_CODE = re.compile(
    r"(?P<left_alone><(?P<tag>a|h\d|pre)\b.*?</(?P=tag)>)"
    r"|<code>(?P<name>\w+(?P<member>\.\w+)?)</code>",
    re.DOTALL,
)
_DOCUMENTED = {
    path.rpartition(".")[2]: path
    for path in re.findall(
        r"(?m)^::: ([\w.]+)$", Path(__file__).with_name("api.md").read_text("utf-8")
    )
}


def on_page_content(html: str, **_: Any) -> str:
    """Rewrite what Markdown has made of a page."""
    html = _FORMULA.sub(_to_mathml, html)
    html = _POWER.sub(_to_power, html)
    html = _CODE.sub(_link, html)
    return _OPTION.sub(r'<span class="option">\g<0></span>', html)  # in one piece


def _to_mathml(match: re.Match[str]) -> str:
    display = "block" if match["tag"] == "div" else "inline"
    return convert(unescape(match["latex"]), display=display)


def _to_power(match: re.Match[str]) -> str:
    return match["left_alone"] or f"10<sup>{match['exponent']}</sup>"


def _link(match: re.Match[str]) -> str:
    if match["name"] is None:
        return match[0]
    member = match["member"] or ""
    path = _DOCUMENTED.get(match["name"].removesuffix(member))
    if path is None:
        return match[0]
    # Optional: where there is no such member it stays as it is.
    return f'<autoref identifier="{path}{member}" optional>{match[0]}</autoref>'
