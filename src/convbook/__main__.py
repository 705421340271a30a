"""The command line: ``python -m convbook --help``."""

import sys

from convbook.cli import main

if __name__ == "__main__":
    sys.exit(main())
