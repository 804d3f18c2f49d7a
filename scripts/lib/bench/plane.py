"""The benchmarks in two dimensions: scripts/bench_2d devsim | poisson.

`devsim` compares whole processes of `pnp run` and of DEVSIM on identical nodes, `poisson` a steady solve with one
scalar Poisson solve on the same mesh. With --page the tables replace what is between the marks in a Markdown file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import against_devsim
import poisson_units
from report import machine, put_into_page


def main() -> int:
    """Measure, print, and put the tables into a page if one is named."""
    parser = argparse.ArgumentParser(prog="scripts/bench_2d", description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(required=True)
    for name, module in (("devsim", against_devsim), ("poisson", poisson_units)):
        sub = kinds.add_parser(name, description=module.__doc__.splitlines()[0])
        module.arguments(sub)
        sub.add_argument("--runs", type=int, default=3, help="runs of each (default 3)")
        sub.add_argument("--page", type=Path, help="Markdown file whose marked part the tables replace")
        sub.set_defaults(measure=module.measure, mark=name, taken=module.TAKEN)
    given = parser.parse_args()
    text = f"{given.measure(given)}\n\n{machine(given.runs, what=given.taken)}"
    print(text)
    if given.page:
        put_into_page(given.page, text, given.mark)
    return 0


if __name__ == "__main__":
    sys.exit(main())
