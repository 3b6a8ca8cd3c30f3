"""What can go wrong with a network, as one small tree.

GeneratorError
"""


class GeneratorError(ValueError):
    """A network cannot be built or asked for that: one sentence that names the field."""
