"""A month of five invented papers, played in a few minutes: what newswarc finds, and what it costs.

``python -m benchmarks.month``. The papers publish, edit, fall silent and take articles away in fake
time; they are served over real HTTP, and the real ``newswarc crawl`` is run as cron would run it.
`clock` is the time, `story` what is published, `paper` how a site shows it, `papers` who the five
are and what happens to them, `stand` answers requests, `play` runs the crawls and writes down what
was promised when, `verdict` compares that with what came of it.
"""
