"""What the tests of rendering share."""

from __future__ import annotations

import sys
from pathlib import Path

# Test modules are imported one by one; `hostile` lies beside them.
sys.path.insert(0, str(Path(__file__).parent))
