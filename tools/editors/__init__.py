"""The real editors for the tests: Debian's Krita and GIMP in root file systems of their own.

``python -m tools.editors build`` makes them, in the user's cache folder; ``tests/editors`` runs
what lies in them. A machine that has Krita 5.2 or GIMP 3.0 or later itself uses that.
"""
