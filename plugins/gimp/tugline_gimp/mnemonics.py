"""The letters that reach a control together with Alt, as GTK writes them into its text."""


def mnemonic(text: str, letter: str) -> str:
    """Return ``text`` with the sign for a mnemonic before its first ``letter``.

    Raises ValueError where the letter is not in it.
    """
    at = text.index(letter)
    return f"{text[:at]}_{text[at:]}"
