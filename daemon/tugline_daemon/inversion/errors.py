"""The errors of this room.

::

    InversionError              a picture that cannot be inverted so, and why; one sentence
"""


class InversionError(Exception):
    """A picture, a latent or a setting with which no inversion can be begun."""
