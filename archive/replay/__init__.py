"""Captures as they were: looked up, rewritten to stay inside the archive, answered over HTTP."""
