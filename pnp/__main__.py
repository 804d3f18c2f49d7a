"""Runs the command line: ``python -m pnp``."""

import sys

from pnp.cli import main

if __name__ == "__main__":
    sys.exit(main())
