"""The last line of `make mutants`: how many of the small changes a test noticed."""

from __future__ import annotations

import json
from pathlib import Path

counts = json.loads(Path("mutants/mutmut-cicd-stats.json").read_text(encoding="utf-8"))
killed = counts["killed"] + counts["timeout"]  # one that never ends is noticed too
print(f"{counts['total']:,} mutants, {killed:,} killed = {100 * killed / counts['total']:.1f}%")
