"""Tugline in Krita: a docker, arrows on the canvas, and a layer that follows them."""
