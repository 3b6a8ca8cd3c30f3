"""The words on controls."""

from tugline_edit import labels
from tugline_edit.labels import Label, models_own


def test_every_label_has_words_and_a_tooltip_and_no_other_has_them() -> None:
    found = [label for label in vars(labels).values() if isinstance(label, Label)]
    assert len(found) > 10
    assert all(label.text and label.tooltip for label in found)
    assert len({label.text for label in found}) == len(found)
    assert len({label.tooltip for label in found}) == len(found)


def test_a_number_that_may_be_the_models_own_says_how() -> None:
    told = models_own(labels.STEP_LIMIT, labels.AUTOMATIC)
    assert told == "How many steps a pull takes at most; automatic is the model's own"
