"""What a pickle works on: a stack with marks in it, and a memo."""

from .refusal import Refusal


class Stack:
    """Values, the last on top; a mark puts all below it out of reach until it is closed."""

    def __init__(self, most_marks: int) -> None:
        """Begin empty; at most ``most_marks`` may be open at once."""
        self._values: list[object] = []
        self._below: list[list[object]] = []
        self._most_marks = most_marks

    def push(self, value: object) -> None:
        """Put a value on top."""
        self._values.append(value)

    def pop(self) -> object:
        """Take the top value away; raises Refusal where there is none above the last mark."""
        if not self._values:
            raise Refusal("it takes a value where there is none")
        return self._values.pop()

    def top(self) -> object:
        """Return the top value and leave it; raises Refusal as ``pop`` does."""
        if not self._values:
            raise Refusal("it takes a value where there is none")
        return self._values[-1]

    def mark(self) -> None:
        """Open a mark; raises Refusal beyond the most that may be open."""
        if len(self._below) >= self._most_marks:
            raise Refusal(f"it opens more than {self._most_marks} MARKs within each other")
        self._below.append(self._values)
        self._values = []

    def since_mark(self) -> list[object]:
        """Close the last mark and take away what was put on top since; raises Refusal."""
        if not self._below:
            raise Refusal("it closes a MARK that it did not open")
        values, self._values = self._values, self._below.pop()
        return values

    def last(self) -> object:
        """Take the only value away; raises Refusal where more is left, or nothing."""
        value = self.pop()
        if self._values or self._below:
            raise Refusal("it stops with values left over")
        return value


class Memo:
    """Values to be recalled. A pickler numbers them without a gap, each once.

    It begins with 0, that of Python 2 with 1.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._values: list[object] = []
        self._first = 0

    def append(self, value: object) -> None:
        """Remember a value under the next number."""
        self._values.append(value)

    def put(self, index: int, value: object) -> None:
        """Remember a value under ``index``; raises Refusal where that is not the next number."""
        if not self._values and index == 1:
            self._first = 1
        if index != self._first + len(self._values):
            raise Refusal("its memo is not numbered as a pickler does")
        self._values.append(value)

    def get(self, index: int) -> object:
        """Return a value; raises Refusal for a number that none has."""
        place = index - self._first
        if not 0 <= place < len(self._values):
            raise Refusal("it recalls from its memo what it never put there")
        return self._values[place]
