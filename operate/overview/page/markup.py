"""HTML and SVG as a tree, so that every text is escaped by the library that writes it."""

from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from operate.core.terminal import printable

Part = Element | str
"""A piece of a page."""


def el(tag: str, /, *parts: Part, **attributes: Any) -> Element:
    """An element. In the name of an attribute `_` is `-`, and one at the end is left out: `class_`, `stroke_width`."""
    named = {key.rstrip("_").replace("_", "-"): printable(str(value)) for key, value in attributes.items()}
    found = Element(tag, named)
    for part in parts:
        _append(found, part)
    return found


def page(title: str, style: str, *parts: Part) -> str:
    """A document that loads nothing: its policy forbids that too."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("title", title),
        _style(style),
    )
    document = el("html", head, el("body", *parts), lang="en")
    return "<!doctype html>\n" + ElementTree.tostring(document, encoding="unicode", method="html") + "\n"


def _style(text: str) -> Element:
    """A constant of this program, with its line breaks."""
    found = Element("style")
    found.text = text
    return found


def _append(to: Element, part: Part) -> None:
    if not isinstance(part, str):
        to.append(part)
    elif len(to):
        to[-1].tail = (to[-1].tail or "") + printable(part)
    else:
        to.text = (to.text or "") + printable(part)
