"""Puts Tugline's plugins into editors, and takes them out again.

What lives here: where an editor keeps its plugins (``places`` for Krita, ``gimp_places``), Krita's
settings (``kritarc``), whether an editor runs (``running``), the third parties' wheels
(``wheels``), a plugin's folder built from its sources and those (``bundle``), the commands that it
may start (``commands``), what was put where (``manifest``), how a folder is put in place, taken out
and examined (``folder``), and what the editors add to that (``krita``, ``gimp``).
What does not: anything printed; that is the command line's. Imports are the standard library's.
"""
