"""Scripts over files and over time: saved edits, duplicates, daemons that are not there or die."""

import os
import signal
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish, gimp_folder
from tests.editors.gimp.scripts import NAMES, refusal, scripted_gimp, values
from tests.service.running import Daemon, wait_for

POINTS = "points=[120.0, 100.0, 136.0, 108.0]"


@pytest.fixture
def gimp(scripted: tuple[GimpConsole, Daemon]) -> GimpConsole:
    """The console, with a picture of 256 pixels that fills ``image``, in ``layer``."""
    console = scripted[0]
    console.run("image = new_image(256, 256); layer = generate(image, seed=4)")
    return console


def test_an_edit_is_saved_with_its_image_and_pulled_on(gimp: GimpConsole) -> None:
    file = gimp.home / "saved.xcf"
    gimp.run(f"""
layer = drag(layer, {POINTS})[0]
before, kept = pixels(layer), sorted(layer.get_parasite_list())
where = Gio.File.new_for_path({str(file)!r})
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, where, None)
image.delete()
image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, where)
layer = image.get_layers()[0]
""")
    assert gimp.value("[pixels(layer) == before, sorted(layer.get_parasite_list()) == kept]") == [
        True,
        True,
    ]
    told = values(gimp, "result = drag(layer, points=[136.0, 108.0, 120.0, 100.0])")
    assert told[2] == "arrived"
    assert gimp.value("pixels(image.get_layers()[0]) != before")


def test_the_arrows_of_a_saved_image_are_pulled_without_points(gimp: GimpConsole) -> None:
    file = gimp.home / "arrows.xcf"
    gimp.run(f"""
drag(layer, points=[120.0, 100.0, 200.0, 180.0], steps=2)
where = Gio.File.new_for_path({str(file)!r})
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, where, None)
image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, where)
told = drag(image.get_layers()[0], steps=2)
""")
    _, _, reason, steps = values(gimp, "result = told")
    assert (reason, steps) == ("step_limit", 2)


def test_a_duplicate_is_an_edit_of_its_own(gimp: GimpConsole) -> None:
    gimp.run(f"""
twin = layer.copy()
image.insert_layer(twin, None, 0)
before = pixels(layer)
pulled = drag(twin, {POINTS})[0]
""")
    assert gimp.value("pixels(layer) == before and pixels(pulled) != before")
    gimp.run(f"other = drag(layer, {POINTS})[0]")
    assert gimp.value("pixels(other) == pixels(pulled)"), "the same drag from the same picture"

    def edit(layer: str) -> set[str]:
        listed = gimp.value(f"{layer}.get_parasite_list()")
        return {name for name in listed if name.startswith("tugline/edit/")}

    assert edit("pulled") - edit("other")


def test_a_layer_of_a_duplicated_image_is_pulled_there(gimp: GimpConsole) -> None:
    gimp.run(f"""
second = image.duplicate()
before = pixels(layer)
told = drag(second.get_layers()[0], {POINTS})
""")
    assert values(gimp, "result = told")[2] == "arrived"
    assert gimp.value("pixels(layer) == before")


def test_a_drag_can_be_repeated_without_a_dialog(gimp: GimpConsole) -> None:
    gimp.run("""
arrow(image, "Tugline arrows", (120, 100, 136, 108))
told = drag(layer, mode=Gimp.RunMode.WITH_LAST_VALS)
""")
    assert values(gimp, "result = told")[2] == "arrived"


def test_what_a_drag_kept_for_a_script_is_no_setting_of_the_artists(gimp: GimpConsole) -> None:
    gimp.run(f"drag(layer, keep_rest=True, steps=3, radius=2.0, {POINTS})")
    assert not (gimp_folder(gimp.home) / "tugline.json").exists()


def test_a_record_that_was_torn_is_told_in_words(gimp: GimpConsole) -> None:
    gimp.run("""
layer.attach_parasite(Gimp.Parasite.new(
    f"tugline/layer/{layer.get_tattoo()}", Gimp.PARASITE_PERSISTENT, b"torn"))
""")
    said = refusal(gimp, f"drag(layer, {POINTS})")
    assert "execution-error: What the document keeps" in said


def test_a_fault_that_nobody_thought_of_is_told_and_logged(tmp_path: Path) -> None:
    with judged_console(tmp_path, "gimp-test_scripting-fault", GimpWish()) as console:
        broken = gimp_folder(console.home) / "plug-ins" / "tugline" / "tugline_gimp" / "running.py"
        broken.write_text("raise RuntimeError('nobody thought of this')\n", encoding="utf-8")
        console.run(NAMES)
        said = refusal(console, "generate(new_image(128, 128))")
        log = tmp_path / "state" / "gimp.log"
        assert f"Something went wrong in Tugline (RuntimeError); the details are in {log}." in said
        assert "nobody thought of this" in log.read_text("utf-8")


def test_a_script_starts_the_daemon(tmp_path: Path) -> None:
    with judged_console(tmp_path, "gimp-test_scripting-starting", GimpWish()) as console:
        console.run(NAMES)
        console.run("layer = generate(new_image(128, 128), seed=1)")
        assert (tmp_path / "state" / "endpoint.json").exists()


def test_a_daemon_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    with judged_console(tmp_path, "gimp-test_scripting-without", GimpWish()) as console:
        (gimp_folder(console.home) / "plug-ins" / "tugline" / "daemon.json").unlink()
        console.run(NAMES)
        said = refusal(console, "generate(new_image(128, 128))")
        assert "The Tugline daemon is not running; run `tugline serve` in a terminal." in said


def test_an_endpoint_that_a_killed_daemon_left_does_not_mislead(tmp_path: Path) -> None:
    daemon = Daemon(home=tmp_path, models=tmp_path / "models").start()
    daemon.end(signal.SIGKILL)
    assert (daemon.state / "endpoint.json").exists()
    with judged_console(tmp_path, "gimp-test_scripting-left", GimpWish()) as console:
        console.run(NAMES)
        console.run("layer = generate(new_image(128, 128), seed=1)")
        assert console.value("layer.get_name()") == "Tugline"


def test_a_daemon_killed_in_mid_drag_is_started_again_and_the_script_never_knows(
    tmp_path: Path,
) -> None:
    with scripted_gimp(tmp_path, "gimp-test_scripting-killed") as (console, daemon):
        console.run("layer = generate(new_image(256, 256), seed=4)")
        worker, killed = daemon.worker_pid(), daemon.endpoint.pid
        with daemon.worker_held():
            console.post(
                "told = drag(layer, points=[120., 100., 20., 100., 126., 100., 230., 100.])"
            )
            wait_for(lambda: "StartDrag" in daemon.log, "a drag that begins")
            script = console.plugins()[-1]
            # As under a hand that holds it: the drag is not over before the daemon is.
            script.run("""
import gc
from tugline_edit.bench import Bench
bench = next(one for one in gc.get_objects() if type(one) is Bench)
bench.pull_to(bench.gestures.arrows, hold=True)
""")
        script.wait_for("bench.pull.steps > 0")
        daemon.end(signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        script.run("bench.pull_to(bench.gestures.arrows, hold=False)")
        console.wait_for("'told' in globals()", timeout=180)
        assert values(console, "result = told")[2] in {"arrived", "stuck", "step_limit"}
        assert daemon.endpoint.pid != killed
