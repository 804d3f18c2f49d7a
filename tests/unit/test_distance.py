"""Distances from pieces of line, against every segment's own."""

from itertools import pairwise

import numpy as np
import pytest

from pnp.distance import distance


def segments(*corners: tuple[float, float], cells: int) -> np.ndarray:
    """A way through corners, each leg cut into cells, (k, 2, 2)."""
    legs = [np.linspace(a, b, cells + 1) for a, b in pairwise(corners)]
    return np.concatenate([np.stack([leg[:-1], leg[1:]], axis=1) for leg in legs])


def plain(points: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The least distance from all segments."""
    a, along = ends[:, 0], ends[:, 1] - ends[:, 0]
    share = np.einsum("nkd,kd->nk", points[:, None] - a, along) / np.sum(along**2, axis=1)
    nearest = a + np.clip(share, 0.0, 1.0)[..., None] * along
    return np.linalg.norm(points[:, None] - nearest, axis=2).min(axis=1)


def test_rectangles() -> None:
    """Legs parallel to the axes, in any order and either way, one line interrupted."""
    ends = np.concatenate(
        [
            segments((0.0, 0.0), (3.0, 0.0), (3.0, 1.0), (1.0, 1.0), cells=7),
            segments((5.0, 1.0), (4.0, 1.0), cells=3),
            segments((0.0, 2.0), (0.0, 0.5), cells=5),
        ]
    )
    random = np.random.default_rng(1)
    points = random.uniform(-2.0, 6.0, (500, 2))
    assert distance(points, random.permutation(ends)) == pytest.approx(plain(points, ends), abs=1e-12)


def test_other_directions() -> None:
    """Of a slanted line the distance from the nearest end of a short segment."""
    ends = segments((0.0, 0.0), (1.0, 2.0), cells=400)
    points = np.random.default_rng(2).uniform(-1.0, 3.0, (200, 2))
    assert distance(points, ends) == pytest.approx(plain(points, ends), abs=0.5 * np.hypot(1, 2) / 400)


def test_nothing() -> None:
    """No segments are infinitely far."""
    assert np.isinf(distance(np.zeros((2, 2)), np.zeros((0, 2, 2)))).all()
