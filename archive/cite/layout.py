"""What is where in a bundle, beside what a WACZ has in any case."""

from __future__ import annotations

README = "README.txt"
PROOF = "proof/"
RECORDS = "proof/records.json"
CITATION = "proof/citation.json"
KEY = "proof/newswarc.pub"
SIGNATURE = ".minisig"
MARKDOWN = "text/article.md"
JSON = "text/article.json"

_README = """\
{title}
{line}
{url}
captured at {moment} (UTC)

This is a WACZ file: ReplayWeb.page and other programs show the page as it was
captured. It also proves what it is, with nothing but itself and the public key
of the archive. Compare that key, in proof/newswarc.pub, with the one that the
archive has published elsewhere:

  {key}

Check it with newswarc:   newswarc cite --check FILE.wacz
or unpack it (unzip) and check it with other tools:

1. The archive has signed the list of its WARC files (the manifest):
     minisign -Vm proof/{manifest}.txt -p proof/newswarc.pub

2. Each file in archive/ holds some records of the WARC file of the same name in
   that list, each a gzip member, byte for byte, in their order. For each member
   proof/records.json has its number, offset and length in the whole WARC file,
   and the audit path (RFC 6962) from it to the "tree" of the file in the list:
   the leaf is SHA-256 of a byte 0 and the member; a node is SHA-256 of a byte 1,
   the left and the right hash. Whoever has the whole file can compare the bytes
   at that offset, and check the file with sha256sum -c.

3. What is in text/ was extracted from the page. The archive has signed that it
   was, with the SHA-256 of each file here:
     minisign -Vm proof/citation.json -p proof/newswarc.pub

A signature says that the archive had these bytes on the day of the manifest. It
does not say that the publisher sent them: that rests on the archive's word.
"""


def readme(*, title: str, url: str, moment: str, manifest: str, key: str) -> str:
    """Return the text that tells a stranger what this is and how to check it.

    Args:
        title: of the article; one line.
        url: of the page.
        moment: of the capture, for people.
        manifest: day of the manifest.
        key: the public key, as ``minisign -P`` takes it.
    """
    title = title[:76]
    return _README.format(
        title=title, line="=" * len(title), url=url, moment=moment, manifest=manifest, key=key
    )
