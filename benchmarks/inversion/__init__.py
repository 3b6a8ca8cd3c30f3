"""How well pictures are inverted: ``make bench-inversion``, ``docs/inversion-quality.md``.

What lives here: the pictures (`pictures.py`; drawn by `drawings.py`, found by `photographs.py`),
what is measured of one (`similarity.py`, `trial.py`, `dragged.py`), what inversion is held against
(`distances.py`, `full_tuning.py`), the run over all pictures (`bench.py`, `run.py`), and the tables
(`report.py`, `tables.py`, `page.py`).
"""
