"""``newswarc verify``, of the ledger as well."""

from __future__ import annotations

from archive.commands.verify import verification
from crawler.agreement import Agreement

command = verification(Agreement())
