"""What is released beside the wheel: the zip that Krita itself can import, and the wheels' pins.

``python -m tools.release krita`` makes the zip, ``python -m tools.release pins`` writes the list of
other people's wheels anew. Both need the network once.
"""
