"""Scratch memory is taken once, grows as needed, and is each thread's own."""

from concurrent.futures import ThreadPoolExecutor

import torch

from tugline_daemon.generator.scratch import Scratch

LIKE = torch.zeros(1)


def test_the_same_memory_comes_again_for_anything_that_fits() -> None:
    scratch = Scratch()
    first = scratch.take(0, (4, 6), LIKE)
    again = scratch.take(0, (3, 2, 4), LIKE)
    assert (first.shape, again.shape) == ((4, 6), (3, 2, 4))
    assert first.data_ptr() == again.data_ptr()
    assert scratch.take(0, (5, 6), LIKE).numel() == 30


def test_numbers_types_and_threads_do_not_share() -> None:
    scratch = Scratch()
    mine = scratch.take(0, (8,), LIKE)
    with ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(scratch.take, 0, (8,), LIKE).result()
    others = [scratch.take(1, (8,), LIKE), scratch.take(0, (8,), LIKE.double()), theirs]
    assert mine.data_ptr() not in [other.data_ptr() for other in others]
    assert others[1].dtype == torch.float64


def test_memory_taken_in_inference_mode_serves_outside_of_it() -> None:
    scratch = Scratch()
    with torch.inference_mode():
        scratch.take(0, (8,), LIKE)
    taken = scratch.take(0, (8,), LIKE)
    torch.add(LIKE, 1, out=taken[:1])
    assert taken[0] == 1
