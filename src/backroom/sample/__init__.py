"""The sample business: a year of files that flow through the real connectors, and a feed that keeps it living.

`generator.build` writes the year, `live.live` goes on from there; the data behind both is in resources/sample.
"""
