"""``python -m heart``."""

import sys

from heart.cli import main

if __name__ == "__main__":
    sys.exit(main())
