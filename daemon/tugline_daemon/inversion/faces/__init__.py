"""Faces in pictures, and where a model of faces would have its picture around one.

``networks.py`` are the three networks of MTCNN, ``boxes.py`` what they propose and how it is
thinned out, ``finding.py`` the cascade, ``placing.py`` the place of a face that was found. The
weights come from outside (`tugline models get faces`).
"""

from .finding import LARGEST_SIDE, Face, FaceFinder
from .placing import face_place

__all__ = ["LARGEST_SIDE", "Face", "FaceFinder", "face_place"]
