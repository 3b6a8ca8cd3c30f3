"""The two dialogs, in GTK 3: what the artist sees, and what is asked of the desk for it.

Modules without gi (``raster``, ``glyphs``, ``drawing``, ``viewing``, ``choice``) hold what can be
computed without a screen. Nothing here knows the daemon, layers or paths.
"""
