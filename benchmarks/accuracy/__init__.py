"""How near drags come to where they were to go: ``make bench-accuracy``, ``docs/accuracy.md``.

What lives here: pairs of pictures and what is measured in them (`ground.py` for all, `critters.py`,
`correspondence.py`), who drags (`methods.py`), what is measured of one pair (`trial.py`), the run
over all pairs (`bench.py`, `run.py`), and the table (`summary.py`, `report.py`).
"""
