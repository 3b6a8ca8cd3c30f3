"""The documentation's gallery: drags of the default model, and what else its latents can do.

What lives here: which drags are shown and of which seeds (``scenes.py``), the command line that
makes each picture (``running.py``), pictures laid side by side (``sheets.py``), the page that shows
them (``page.py``). ``python -m tools.gallery docs/pictures/gallery`` makes all of it anew.
"""
