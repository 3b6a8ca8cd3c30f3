"""The protocol's version. A minor version only adds; a major one is refused by the other side."""

PROTOCOL_MAJOR = 1
PROTOCOL_MINOR = 4
