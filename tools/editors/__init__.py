"""The real editors for the tests: Debian's Krita and GIMP in a root file system of their own.

``python -m tools.editors build`` makes it, in the user's cache folder; ``tests/editors`` runs what
lies in it. A machine that has Krita 5.2 or later itself uses that.
"""
