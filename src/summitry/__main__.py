"""`python -m summitry` is the command `summitry`."""

import sys

from summitry.cli import main

if __name__ == "__main__":
    sys.exit(main())
