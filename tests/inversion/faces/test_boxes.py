"""Boxes are moved, squared, thinned out and cut."""

import torch

from tugline_daemon.inversion.faces.boxes import crops, moved, overlaps, squared, thinned


def test_offsets_are_parts_of_a_boxs_sides() -> None:
    boxes = torch.tensor([[10.0, 20.0, 30.0, 60.0]])
    offsets = torch.tensor([[0.1, -0.1, 0.5, 0.25]])
    assert moved(boxes, offsets).tolist() == [[12.0, 16.0, 40.0, 70.0]]


def test_a_square_has_the_longer_side_and_the_same_centre() -> None:
    assert squared(torch.tensor([[10.0, 20.0, 30.0, 60.0]])).tolist() == [[0.0, 20.0, 40.0, 60.0]]


def test_overlap_is_of_the_union_or_of_the_smaller() -> None:
    boxes = torch.tensor([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 2.0, 4.0], [9.0, 9.0, 10.0, 10.0]])
    assert overlaps(boxes, of_smaller=False)[0].tolist() == [1.0, 0.5, 0.0]
    assert overlaps(boxes, of_smaller=True)[0].tolist() == [1.0, 1.0, 0.0]


def test_of_boxes_that_overlap_the_most_certain_stays() -> None:
    boxes = torch.tensor(
        [[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, 5.0], [9.0, 9.0, 12.0, 12.0], [1.0, 1.0, 5.0, 5.0]]
    )
    certainty = torch.tensor([0.8, 0.9, 0.7, 0.6])
    assert thinned(boxes, certainty, most=4, overlap=0.5).tolist() == [1, 2, 3]
    assert thinned(boxes, certainty, most=4, overlap=0.3).tolist() == [1, 2]
    assert thinned(boxes, certainty, most=1, overlap=0.5).tolist() == [1]


def test_what_a_crop_has_outside_the_picture_is_black() -> None:
    picture = torch.ones(3, 10, 10)
    boxes = torch.tensor([[-5.0, 0.0, 5.0, 10.0], [20.0, 20.0, 30.0, 30.0], [2.0, 2.0, 6.0, 6.0]])
    half, outside, within = crops(picture, boxes, 4)
    assert half[0].tolist() == [[-1.0, -1.0, 1.0, 1.0]] * 4
    assert bool((outside == -1).all())
    assert bool((within == 1).all())
