"""One problem solved by solve_bvp in a process of its own: python3 one.py JSON; prints the potential asked for."""

from __future__ import annotations

import json
import sys

import bvp
from problems import Film, Layer


def main() -> int:
    """Solve what the argument says and print one number."""
    given = json.loads(sys.argv[1])
    settings = bvp.Settings(**given["settings"])
    numbers = {k: tuple(v) if isinstance(v, list) else v for k, v in given["problem"].items()}
    if "voltage" in numbers:
        found = bvp.solve_layer(Layer(**numbers), settings)
        print(float(-found.y[1, 0]))
    else:
        found = bvp.solve_film(Film(**numbers), settings)
        print(float(found.y[0, -1]))
    return int(found.status)


if __name__ == "__main__":
    sys.exit(main())
