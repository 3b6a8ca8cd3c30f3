"""The docker and the actions in the real Krita, worked with a real mouse and a real keyboard."""

from pathlib import Path

ARTIFACTS = Path(__file__).parents[2] / "out" / "editors" / "test_docker"
