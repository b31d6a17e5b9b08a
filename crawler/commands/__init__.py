"""The commands that need the network or the crawl state, one thin file each."""
