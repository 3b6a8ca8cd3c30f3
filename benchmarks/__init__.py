"""Speed, measured as ratios within one run: ``make bench``, ``docs/speed.md``.

What lives here: what is timed (`limits.py` what the machine can do at most, `step.py` with
`work.py`, `drags.py`, `frame.py`, `memory.py`; `batch.py` by itself), on what (`machine.py`,
`clock.py`), and what becomes of it (`report.py`, `page.py`, `plot.py`). Beside it: how near drags
come (`accuracy/`, with `ruler/`), how well the packaged model draws (`model.py`), and a quick look
at noses (`noses.py`).
"""
