"""Tugline in GIMP: procedures, dialogs, and a layer that follows the arrows of a path."""
