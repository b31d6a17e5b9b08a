"""The commands that work offline, one thin file each; `archive.cli` assembles them."""
