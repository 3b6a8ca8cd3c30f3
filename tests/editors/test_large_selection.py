"""A selection over a picture of many pixels is read in a time that nobody feels."""

from pathlib import Path

from tests.editors.layering import layering_session
from tests.editors.session import KritaSession
from tests.slowness import slowness

# What may be read of a large selection without being felt, of Krita's own thread.
MOST_MS = 50


def test_a_large_selection_is_read_without_being_felt_and_anew_when_it_changed(
    tmp_path: Path,
) -> None:
    # A Krita of its own: Krita 5.2.9 may crash where a document of that size comes after others.
    with layering_session(tmp_path, "test_large_selection") as krita:
        _read(krita)


def _read(krita: KritaSession) -> None:
    krita.run("result = fresh(4096, 4096)")
    krita.run(
        """
        import time

        def select(x, y, width, height):
            chosen = Selection()
            chosen.select(x, y, width, height, 255)
            doc.setSelection(chosen)

        def over(place):
            return selection.selection_over(doc, place)

        big = Placement.upright_at(256, 256, Box(0, 0, 4096, 4096))
        select(100, 100, 3000, 3500)

        def timed():
            began = time.thread_time()
            mask = over(big)
            return (time.thread_time() - began) * 1000, mask
        """
    )
    first, again, changed, seen = krita.run(
        """
        first, mask = timed()
        again, same = timed()
        assert same is mask
        select(100, 100, 3000, 3490)
        changed, other = timed()
        result = [first, again, changed, [other.data[4096 * y + 200] for y in (3500, 3595)]]
        """
    )
    assert seen == [255, 0]
    most = MOST_MS * slowness()
    assert again <= most
    assert max(first, changed) <= 4 * most, (first, changed)
