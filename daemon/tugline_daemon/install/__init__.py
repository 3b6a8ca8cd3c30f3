"""Puts Tugline's plugins into editors, and takes them out again.

What lives here: where an editor keeps its plugins (``places``), its settings (``kritarc``), whether
it runs (``running``), the third parties' wheels (``wheels``), the plugin's folder built from its
sources and those (``bundle``), what was put where (``manifest``), and the three acts (``krita``).
What does not: anything printed; that is the command line's. Imports are the standard library's.
"""
