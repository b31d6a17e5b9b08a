"""A picture as PNG, drawn by Pillow: the extra ``plot``."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from archive.chart.picture import LETTER, PAPER, Picture

#: Pixels of the image for one of the picture.
_SCALE = 2
#: Fonts with many alphabets, in the order in which they are looked for on this machine.
_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def draw(picture: Picture) -> bytes:
    """Return `picture` as an image of twice its size, for screens of today."""
    image = Image.new("RGB", (picture.width * _SCALE, picture.height * _SCALE), PAPER)
    pen = ImageDraw.Draw(image)
    for box in picture.boxes:
        left, top = round(box.x * _SCALE), round(box.y * _SCALE)
        right = max(left, round((box.x + box.width) * _SCALE) - 1)
        bottom = max(top, round((box.y + box.height) * _SCALE) - 1)
        if box.width:
            pen.rectangle((left, top, right, bottom), fill=box.fill)
    font = _font()
    for label in picture.labels:
        pen.text(
            (label.x * _SCALE, label.y * _SCALE),
            label.text,
            label.fill,
            font,
            _ANCHORS[label.anchor],
            stroke_width=0.5 if label.bold else 0,
        )
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, LETTER * _SCALE)
        except OSError:
            continue
    return ImageFont.load_default(LETTER * _SCALE)
