"""Where the bundle begins; the program itself begins in backroom.__main__."""

from __future__ import annotations

import multiprocessing
import sys

from backroom.__main__ import main

multiprocessing.freeze_support()  # a child process of the bundle starts here too
sys.exit(main())
