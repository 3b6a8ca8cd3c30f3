"""The procedures of GIMP's procedural database: their arguments, their runs, what they return.

Each file registers one and does what it is for; ``answering`` turns what comes of it into return
values or a PDB error. What happens to layers, and what the dialogs look like, is elsewhere.
"""
