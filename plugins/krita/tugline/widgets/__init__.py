"""The parts of the docker: each shows its share of the state and asks the controller for deeds.

They take their colours from the palette and their sizes from the font and the style, so that they
look like Krita's own in every theme and at every scale.
"""
