"""What is rounded to TF32, and a table of drags in two precisions."""

import pytest
import torch

from benchmarks.precision import Bed, compared, drags_table, errors_table, rounded
from benchmarks.report import markdown


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1.0, 1.0),
        (1 + 2**-10, 1 + 2**-10),
        (1 + 2**-11, 1.0),  # half-way, to the even one below
        (1 + 3 * 2**-11, 1 + 2**-9),  # half-way, to the even one above
        (1 + 2**-11 + 2**-20, 1 + 2**-10),
        (-1 - 2**-11 - 2**-20, -1 - 2**-10),
        (2 - 2**-20, 2.0),
        (1e-30, 1e-30),
        (0.0, 0.0),
    ],
)
def test_tf32_has_ten_bits_of_mantissa(number: float, expected: float) -> None:
    found = float(rounded(torch.tensor([number]))[0])
    assert found == pytest.approx(expected, rel=2**-11 if number == 1e-30 else 0, abs=0)


def test_one_pair_in_two_precisions() -> None:
    bed = Bed(torch.device("cpu"))
    found = compared(bed, list(bed.pairs(1)), ["fp32", "tf32"])
    exact, emulated = found
    assert exact.features == exact.gradients == [0.0]
    assert 0 < emulated.features[0] < 1e-2
    assert 0 < emulated.gradients[0] < 1e-1
    assert [len(outcomes) for outcomes in emulated.outcomes.values()] == [1, 1]
    written = markdown(drags_table(found)) + markdown(errors_table(found))
    assert "| 5 | tf32 | 1 |" in written
