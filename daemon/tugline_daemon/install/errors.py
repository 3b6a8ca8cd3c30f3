"""The one error of this room."""


class InstallError(Exception):
    """Something kept a plugin from being put in place: one sentence that says what to do."""
