"""What the archive can prove: signed manifests of its WARC files, a day each, and signed acts.

A manifest lists every closed WARC file with its size and SHA-256, and names the manifest of the
day before by its own SHA-256. A file that is listed once is listed for ever as it was, unless an
act (`archive.manifest.acts`) says that it was retired or changed, and why. See docs/verify.md.
"""

from archive.manifest.fixity import measure
from archive.manifest.writing import Written, write

__all__ = ["Written", "measure", "write"]
