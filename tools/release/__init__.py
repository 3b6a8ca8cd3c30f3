"""What is released beside the wheel: the zips for the editors, and the wheels' pins.

``python -m tools.release krita`` and ``python -m tools.release gimp`` make the zips,
``python -m tools.release pins`` writes the list of other people's wheels anew. All need the network
once.
"""
