"""`python -m comuna`: the command line."""

import sys

from comuna.cli import main

sys.exit(main())
