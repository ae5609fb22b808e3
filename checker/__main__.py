"""``python -m checker`` is ``checker``."""

import sys

from checker.entry.cli import main

if __name__ == "__main__":
    sys.exit(main())
