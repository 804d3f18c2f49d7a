"""Formulas: TeX notation as SVG, drawn by matplotlib's mathtext, and c_i in the text with a real index.

Neither TeX nor scripts nor a network are needed. A page has formulas in fenced blocks named ``math``, one a line, which
GitHub shows as formulas too.
"""

from __future__ import annotations

import html
import re

import numpy as np
from matplotlib import rc_context
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

SIZE = 100.0
"""Font size in units of the drawing; the page scales it to its own text."""
EM = 1.12
"""Height of that font on the page, relative to the text around it: the letters of STIX are small."""
_BLOCK = re.compile(r"^```math\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_KEPT = re.compile(r"(^```.*?^```$|`[^`\n]*`|\]\([^)]*\)|\{ [^}\n]*\}|<[^>\n]*>)", re.MULTILINE | re.DOTALL)
"""What is not text: code, targets of links, attributes, tags."""
_INDEX = re.compile(r"(?<=(?<![^\W\d_])[^\W\d_])_([A-Za-z0-9]+)|(?<=[°\u0303])_([A-Za-z0-9]+)")
_EXPONENT = re.compile(r"\^\{([^}]*)\}|(?<=\b[a-z])\^([a-z])\b")
_COMMANDS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


def typeset(markdown: str) -> str:
    """The page with drawings for its ``math`` blocks, and with indices and exponents in its text.

    Raises:
        ValueError: a formula that mathtext cannot read; the message names it.
    """
    pieces = _KEPT.split(_BLOCK.sub(lambda found: _block(found[1]), markdown))
    # What is split at stands at every second place.
    return "".join(piece if i % 2 else _indices(piece) for i, piece in enumerate(pieces))


def _indices(text: str) -> str:
    text = _EXPONENT.sub(lambda found: f"<sup>{found[1] or found[2]}</sup>", text)
    return _INDEX.sub(lambda found: f"<sub>{found[1] or found[2]}</sub>", text)


def _block(text: str) -> str:
    drawings = "\n".join(_drawing(line.strip()) for line in text.splitlines() if line.strip())
    return f'<div class="formulas">\n{drawings}\n</div>'


def _drawing(tex: str) -> str:
    """One formula as an SVG element in the colour of the text."""
    with rc_context({"mathtext.fontset": "stix"}):
        try:
            vertices, codes = text_to_path.get_text_path(FontProperties(size=SIZE), f"${tex}$", ismath=True)
        except ValueError as error:
            raise ValueError(f"the formula {tex!r} cannot be drawn: {error}") from error
    points = np.asarray(vertices, dtype=float) * SIZE / text_to_path.FONT_SCALE
    path = Path(points * [1.0, -1.0], codes)
    box = path.get_extents()
    drawn = " ".join(
        _COMMANDS[code] + ("" if code == Path.CLOSEPOLY else " ".join(f"{v:.1f}" for v in segment))
        for segment, code in path.iter_segments(simplify=False, curves=True)
        if code in _COMMANDS
    )
    margin = 0.04 * SIZE
    left, top = box.x0 - margin, box.y0 - margin
    width, height = box.width + 2 * margin, box.height + 2 * margin
    return (
        f'<svg class="formula" role="img" aria-label="{html.escape(tex)}" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{left:.1f} {top:.1f} {width:.1f} {height:.1f}" style="width:{EM * width / SIZE:.3f}em">'
        f'<path fill="currentColor" d="{drawn}"/></svg>'
    )
