"""Where things are."""

import os
from pathlib import Path

CONFORMANCE = Path(__file__).resolve().parent.parent
PROJECT = CONFORMANCE.parent
TARGET = CONFORMANCE / "target"
REPORTS = TARGET / "reports"
LOGS = TARGET / "logs"
SAMPLES = PROJECT / "docs" / "samples"
REPORT_PAGE = PROJECT / "docs" / "compatibility.md"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "doubleword-conformance"
