"""What is wrong with a geometry or a mesh, in words that the case file's messages take over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pnp.units import closest, length_text


class MeshError(ValueError):
    """A geometry or mesh that cannot be used.

    Attributes:
        problem: What is wrong.
        allowed: What is allowed or what there is, or "".
        advice: What to do, or "".
        name: The region, boundary or interface the problem is about, or None: the case's key path follows from it.
    """

    def __init__(self, problem: str, allowed: str = "", advice: str = "", name: str | None = None) -> None:
        super().__init__("; ".join(t for t in (problem, allowed, advice) if t))
        self.problem, self.allowed, self.advice, self.name = problem, allowed, advice, name

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its parts, so that one rank can send it to the others."""
        return type(self), (self.problem, self.allowed, self.advice, self.name)


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in quotes, shortened where they are many; "none" where there are none."""
    names = list(names)
    text = ", ".join(f'"{n}"' for n in names[:most])
    return (text + f" and {len(names) - most} more" if len(names) > most else text) or "none"


def nearest(name: str, choices: Iterable[str], otherwise: str) -> str:
    """A proposal: the choice spelt like ``name``, or ``otherwise``."""
    near = closest(name, choices)
    return f'did you mean "{near}"?' if near else otherwise


def place(point: Iterable[float]) -> str:
    """A position in metres as text: (1.5 nm, 2 nm)."""
    return "(" + ", ".join(map(length_text, point)) + ")"
