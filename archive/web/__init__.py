"""The web page of a collection: search, articles, replay."""
