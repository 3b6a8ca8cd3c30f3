"""The versions of GIMP that the tests run, and where each lies."""

import os
from enum import StrEnum
from pathlib import Path

import pytest

from tools.editors.native import native_gimp
from tools.editors.recipe import NEWER, RECIPE, root_of
from tools.editors.rootfs import is_built


class GimpVersion(StrEnum):
    """A GIMP for tests: the one that has to be there, and one that Debian may not have today.

    A machine's own GIMP, where it is new enough, takes the place of the first.
    """

    FIRST = "3.0"
    NEWER = "3.2"


in_each_gimp = pytest.mark.parametrize("gimp_version", list(GimpVersion), indirect=True)
"""Runs a test once in each version: whatever fixtures it uses stand on ``gimp_version``.

GIMP 3.2 itself crashes now and then under a mouse on a virtual screen: not for tests that click.
"""


def root_for(version: GimpVersion) -> Path | None:
    """Return the root file system with a version, None where it is the machine's own."""
    if version is GimpVersion.NEWER:
        return root_of(NEWER)
    return None if native_gimp() else root_of(RECIPE)


def missing_gimp(version: GimpVersion) -> str | None:
    """Return None where a version can be run, else the sentence that says how to get it."""
    root = root_for(version)
    if root is None:
        return None
    if not is_built(NEWER if version is GimpVersion.NEWER else RECIPE):
        return f"There is no GIMP {version} to test with; get it with `make editors`."
    if os.geteuid() != 0:
        return "The editors' root file system is entered by root alone; run the tests as root."
    return None
