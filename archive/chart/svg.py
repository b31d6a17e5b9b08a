"""A picture as SVG."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from archive.chart.picture import LETTER, PAPER, Box, Label, Picture

_FONT = "system-ui, 'DejaVu Sans', sans-serif"


def draw(picture: Picture) -> bytes:
    """Return `picture` as a document of its own, without scripts and without anything to load."""
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(picture.width),
            "height": str(picture.height),
            "viewBox": f"0 0 {picture.width} {picture.height}",
            "font-family": _FONT,
            "font-size": str(LETTER),
        },
    )
    for box in (Box(0, 0, picture.width, picture.height, PAPER), *picture.boxes):
        SubElement(root, "rect", _place(box))
    for label in picture.labels:
        SubElement(root, "text", _attributes(label)).text = label.text
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _place(box: Box) -> dict[str, str]:
    sizes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {name: f"{size:g}" for name, size in sizes.items()} | {"fill": box.fill}


def _attributes(label: Label) -> dict[str, str]:
    attributes = {"x": f"{label.x:g}", "y": f"{label.y:g}", "fill": label.fill}
    if label.anchor != "start":
        attributes["text-anchor"] = label.anchor
    if label.bold:
        attributes["font-weight"] = "bold"
    return attributes
