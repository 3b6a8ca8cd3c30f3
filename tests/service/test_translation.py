"""Exceptions of the worker become a code and one sentence."""

import pytest
import torch

from tugline_daemon.drag import InvalidDragError
from tugline_daemon.generator import GeneratorError
from tugline_daemon.library.errors import BrokenModel, OtherWeights, UnknownModel
from tugline_daemon.service.translation import to_error


@pytest.mark.parametrize(
    ("error", "code", "field"),
    [
        (UnknownModel("There is no such model."), "unknown_model", "model.name"),
        (OtherWeights("It has other weights."), "wrong_weights", "model.weights"),
        (BrokenModel("It cannot be loaded."), "model_unreadable", "model"),
        (InvalidDragError("r1 is 0; it must be more."), "bad_field", ""),
        (GeneratorError("z does not fit."), "bad_field", ""),
        (MemoryError(), "out_of_memory", ""),
        (
            torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9 GiB."),
            "out_of_memory",
            "",
        ),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
            "out_of_memory",
            "",
        ),
        (RuntimeError("shapes\ndo not match"), "internal", ""),
    ],
)
def test_an_exception_becomes_a_code_and_a_sentence(
    error: Exception, code: str, field: str
) -> None:
    told = to_error(error)
    assert (told.code, told.field) == (code, field)
    assert told.text.endswith(".")
    assert "\n" not in told.text + told.detail


def test_a_lack_of_memory_is_recognised_where_torch_really_lacks_it() -> None:
    with pytest.raises(RuntimeError) as failed:
        torch.empty(2**50)
    assert to_error(failed.value).code == "out_of_memory"
