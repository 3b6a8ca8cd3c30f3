"""The blocks of a Markdown page that a report fills; the page's own words stay.

What stands between a line ``<!-- SUBJECT: NAME -->`` and the next ``<!-- end -->`` is replaced, so
that every figure of the page comes from the report.
"""

import re
from collections.abc import Callable


def filled(text: str, subject: str, content: Callable[[str], str]) -> str:
    """Return the page's text with every block of a subject filled.

    ``content`` gives what belongs into the block of a name, "" for nothing; what it raises for a
    name that it does not know is passed on.
    """
    block = re.compile(rf"(<!-- {subject}: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

    def renewed(found: re.Match[str]) -> str:
        inside = content(found[2])
        return f"{found[1]}{inside}\n{found[3]}" if inside else f"{found[1]}{found[3]}"

    return block.sub(renewed, text)
