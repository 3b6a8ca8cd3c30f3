"""The docker and the actions in the real Krita, worked with a real mouse and a real keyboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.editors.judging import judged_krita
from tests.editors.session import KritaSession
from tests.slowness import slowness

RECORDING = "\n".join(
    (
        "from PyQt5.QtCore import QEvent",
        "from tugline_driver.recorder import *",
        "from tugline_driver.workplace import Watched",
        Path(__file__).with_name("recording.py").read_text(encoding="utf-8"),
    )
)


class Docker:
    """The docker of the recorded window, with the artist before it."""

    def __init__(self, krita: KritaSession) -> None:
        self.krita = krita

    def begin(self, state: str) -> None:
        """Show a state of ``recorder``, with the settings that nobody has touched."""
        self.krita.run(
            f"""
            recorder.breaks = False
            recorder.change_settings(Settings(seed=7, model="critters-2"))
            recorder.tell(ABSENT)
            recorder.tell({state})
            recorder.asked_since()
            result = bring_forward()
            """
        )
        self.krita.settle()

    def click(self, name: str) -> None:
        self.krita.mouse.click(*self.krita.still(f"place_of({name!r})"))

    def click_into(self, name: str) -> None:
        """Click a control and wait until it has the keyboard."""
        self.click(name)
        self.krita.wait_for(f"focused() == {name!r}")

    def click_picture(self, number: int) -> None:
        self.krita.mouse.click(*self.krita.still(f"place_in_history({number})"))

    @contextmanager
    def unfolded(self) -> Iterator[None]:
        """Have what is under More in sight meanwhile."""
        self.click("More")
        self.krita.wait_for("seen('Clear arrows')")
        yield
        self.click("More")
        self.krita.wait_for("not seen('Clear arrows')")

    def asked(self, *deeds: list[object]) -> None:
        """Wait until the controller was asked for exactly these deeds, and forget them."""
        self.krita.wait_for("recorder.asked")
        self.krita.settle()
        assert self.value("recorder.asked_since()") == list(deeds)

    def set_to(self, field: str, value: object) -> None:
        """Wait until a setting has this value."""
        self.krita.wait_for(f"recorder.settings.{field} == {value!r}")

    def enabled(self, name: str) -> bool:
        return bool(self.value(f"control({name!r}).isEnabled()"))

    def value(self, expression: str) -> Any:
        return self.krita.value(expression)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docker]:
    with judged_krita(tmp_path_factory.mktemp("docker"), "test_docker") as krita:
        krita.run(RECORDING)
        yield Docker(krita)


@pytest.fixture
def docker(recorded: Docker) -> Docker:
    recorded.begin("EDITING")
    return recorded


@pytest.mark.parametrize(
    ("state", "control", "deed"),
    [
        ("ABSENT", "Start", ["start_daemon"]),
        ("IDLE", "Generate", ["generate_here"]),
        ("EDITING", "Pull", ["run"]),
        ("DRAGGING", "Stop", ["stop"]),
        ("DRAGGING", "Take back", ["take_back"]),
        ("FROZEN", "Ignore the selection", ["ignore_selection", True]),
        ("PHOTO", "Invert layer", ["invert_chosen"]),
        ("PHOTO", "Before", ["show_photo", True]),
        ("INVERTING", "Stop", ["stop"]),
        ("INVERTING", "Take back", ["take_back"]),
    ],
)
def test_a_click_asks_for_one_deed(
    docker: Docker, state: str, control: str, deed: list[object]
) -> None:
    docker.begin(state)
    docker.click(control)
    docker.asked(deed)


def test_the_toggles_go_on_and_off(docker: Docker) -> None:
    docker.click("Drag mode")
    docker.asked(["set_drag_mode", True])
    docker.click("Drag mode")
    docker.asked(["set_drag_mode", False])
    docker.click("Live")
    docker.set_to("live", False)
    docker.click("Keep the rest exactly")
    docker.set_to("keep_rest", True)


def test_the_quality_is_chosen_by_what_it_takes(docker: Docker) -> None:
    docker.begin("PHOTO")
    names = docker.value("[box.itemText(row) for box in [control('Quality')] for row in range(3)]")
    assert names == ["Seconds", "A minute", "Best"]
    docker.krita.run("control('Quality').setFocus(Qt.FocusReason.TabFocusReason)")
    docker.krita.key("Down")
    docker.set_to("quality", "best")


def test_over_a_photo_the_rest_is_kept_whatever_is_ticked(docker: Docker) -> None:
    docker.begin("PHOTO")
    assert docker.value("control('Keep the rest exactly').isChecked()")
    assert not docker.enabled("Keep the rest exactly")


def test_what_is_under_more_unfolds_and_works(docker: Docker) -> None:
    with docker.unfolded():
        for name, deed in (
            ("Delete arrow", "delete_arrow"),
            ("Clear arrows", "clear_arrows"),
            ("Arrows from lines", "take_vector_arrows"),
            ("Commit to layer below", "commit_below"),
        ):
            docker.click(name)
            docker.asked([deed])
        docker.click("True picture in large documents")
        docker.set_to("true_composite", True)
        docker.click_into("Step limit")
        docker.krita.key("Up")
        docker.set_to("step_limit", 10)
        docker.krita.key("Down")
        docker.set_to("step_limit", None)
        docker.click_into("Radius")
        docker.krita.key("Up")
        docker.set_to("radius", 0.75)
        docker.krita.key("Down")
        docker.set_to("radius", None)


def test_a_remote_daemon_counts_with_its_whole_key_only(docker: Docker) -> None:
    with docker.unfolded():
        docker.click_into("Address")
        docker.krita.type("tcp://studio:5555")
        docker.krita.wait_for("control('Address').text() == 'tcp://studio:5555'")
        assert not docker.enabled("Use this daemon")
        docker.click_into("Key")
        docker.krita.type("k" * 40)
        docker.krita.wait_for("control('Use this daemon').isEnabled()")
        docker.krita.key("Return")
        docker.set_to("address", "tcp://studio:5555")
        docker.set_to("server_key", "k" * 40)
        assert not docker.enabled("Use this daemon")


def test_a_seed_is_typed_with_all_its_digits(docker: Docker) -> None:
    docker.click_into("Seed")
    docker.krita.key("ctrl+a")
    docker.krita.type("4294967295")
    docker.set_to("seed", 4294967295)
    docker.krita.key("Up")
    docker.click("Generate")
    docker.asked(["generate_here"])
    assert docker.value("recorder.settings.seed") == 4294967295


def test_the_dice_throw_another_seed(docker: Docker) -> None:
    docker.click("Another seed")
    docker.krita.wait_for("recorder.settings.seed != 7")


def test_truncation_goes_in_steps_of_a_twentieth(docker: Docker) -> None:
    docker.click_into("Truncation")
    before = docker.value("recorder.settings.truncation")
    docker.krita.key("Right")
    docker.krita.wait_for(f"0.04 < recorder.settings.truncation - {before} < 0.06")


def test_the_wheel_changes_nothing_that_was_not_clicked_into(docker: Docker) -> None:
    docker.krita.run("window.qwindow().setFocus()")
    for name in ("Seed", "Truncation", "Model"):
        docker.krita.run(f"turned = Watched(control({name!r}), QEvent.Type.Wheel)")
        x, y = docker.krita.still(f"place_of({name!r})")
        docker.krita.mouse.click(x, y, button=4)
        docker.krita.wait_for("turned.seen")
    assert docker.value("recorder.settings == Settings(seed=7, model='critters-2')")


def test_a_damaged_model_cannot_be_chosen(docker: Docker) -> None:
    docker.click("Model")
    docker.krita.wait_for("control('Model').view().isVisible()")
    docker.krita.key("Down")
    docker.krita.key("Return")
    docker.set_to("model", "<b>faces</b>")


def test_a_click_in_the_history_goes_back_once(docker: Docker) -> None:
    docker.click_picture(2)
    docker.asked(["go_to", "s2"])


def test_a_click_on_the_current_picture_asks_for_nothing(docker: Docker) -> None:
    docker.click_picture(4)
    docker.click_picture(0)
    docker.asked(["go_to", "s0"])


def test_the_history_is_walked_with_the_keyboard(docker: Docker) -> None:
    docker.krita.run("control('History').setFocus(Qt.FocusReason.TabFocusReason)")
    docker.krita.wait_for("focused() == 'History'")
    docker.krita.key("Left")
    docker.krita.key("Left")
    docker.krita.key("Return")
    docker.asked(["go_to", "s2"])
    docker.krita.key("Home")
    docker.krita.key("space")
    docker.asked(["go_to", "s0"])


def test_tab_reaches_every_button(docker: Docker) -> None:
    docker.begin("PHOTO")
    docker.krita.run("control('Model').setFocus(Qt.FocusReason.TabFocusReason)")
    reached = [docker.value("focused()")]
    while reached[-1] != "Pull":
        docker.krita.key("Tab")
        docker.krita.wait_for(f"focused() != {reached[-1]!r}")
        reached.append(docker.value("focused()"))
    assert reached == [
        "Model",
        "Seed",
        "Another seed",
        "Truncation",
        "Truncation as a number",
        "Generate",
        "Quality",
        "Invert layer",
        "Before",
        "History",
        "Live",
        "More",
        "Drag mode",
        "Pull",
    ]


def test_a_button_is_pressed_with_the_keyboard(docker: Docker) -> None:
    docker.krita.run("control('Generate').setFocus(Qt.FocusReason.TabFocusReason)")
    docker.krita.key("space")
    docker.asked(["generate_here"])


def test_a_click_leaves_the_keyboard_where_it_was(docker: Docker) -> None:
    docker.krita.run("control('History').setFocus()")
    docker.click("Pull")
    docker.asked(["run"])
    assert docker.value("focused()") == "History"


def test_nothing_can_be_asked_for_that_cannot_be_done(docker: Docker) -> None:
    docker.begin("ABSENT")
    assert not [
        name for name in ("Generate", "Drag mode", "Pull", "Take back") if docker.enabled(name)
    ]
    docker.begin("IDLE")
    assert docker.enabled("Generate")
    assert not [name for name in ("Pull", "Invert layer", "Before") if docker.enabled(name)]
    docker.begin("OLD")
    assert not docker.enabled("Invert layer")
    assert "older" in docker.value("control('Invert layer').toolTip()")
    assert not docker.value("app.action('tugline_invert').isEnabled()")
    docker.begin("INVERTING")
    assert not [name for name in ("Generate", "Invert layer", "Before") if docker.enabled(name)]
    docker.begin("DRAGGING")
    assert not docker.enabled("Generate")


def test_every_control_has_a_tooltip(docker: Docker) -> None:
    with docker.unfolded():
        assert docker.value("without_tooltip()") == []


def test_words_of_strangers_are_not_read_as_markup(docker: Docker) -> None:
    assert "&lt;i&gt;" in docker.value("control('Model').itemData(2, Qt.ItemDataRole.ToolTipRole)")
    assert "&lt;b&gt;" in docker.value("control('History').item(1).toolTip()")


def test_a_fault_of_a_slot_is_told_and_logged_and_opens_no_dialog(docker: Docker) -> None:
    docker.krita.run("recorder.breaks = True")
    windows = docker.krita.screen.windows()
    docker.click("Generate")
    docker.asked(["generate_here"])
    docker.krita.wait_for("'ValueError' in panel._message._message.text()")
    docker.krita.picture("fault")
    assert docker.krita.screen.windows() == windows
    docker.krita.run("recorder.tell(DRAGGING)")
    assert docker.value("panel._message._message.text()") == ""
    log = Path(docker.value("str(__import__('tugline_edit.guarding').guarding.log_file())"))
    assert "a fault of the controller's" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [220, 300, 450])
@pytest.mark.parametrize("theme", ["Krita bright", "Krita darker"])
@pytest.mark.parametrize(
    "state", ["ABSENT", "EDITING", "DRAGGING", "FAULT", "FROZEN", "PHOTO", "INVERTING"]
)
def test_nothing_is_cut_off(docker: Docker, state: str, theme: str, width: int) -> None:
    picture = docker.krita.artifacts / f"{state} {theme} {width}.png"
    docker.begin(state)
    docker.krita.run(
        f"""
        choose_theme({theme!r})
        docker.setFloating(True)
        docker.resize({width}, 620)
        """
    )
    docker.krita.wait_for(f"docker.width() == {width}")
    docker.krita.settle()
    docker.krita.run(f"panel.grab().save({str(picture)!r})")
    assert docker.value("cut_off()") == []
    docker.krita.run("docker.setFloating(False)")


def test_a_state_is_shown_fast_enough_for_every_frame(docker: Docker) -> None:
    milliseconds = docker.krita.run(
        """
        import time
        start = time.thread_time()
        for step in range(200):
            recorder.tell(replace(DRAGGING, steps=step))
        result = (time.thread_time() - start) * 1000 / 200
        """
    )
    assert milliseconds < 5 * slowness()


def test_the_actions_are_krita_s_with_shortcuts_of_their_own(docker: Docker) -> None:
    assert docker.value("[name for name in action_ids if app.action(name) is None]") == []
    shortcuts = docker.krita.run(
        """
        taken = {}
        for action in app.actions():
            for shortcut in action.shortcuts():
                taken.setdefault(shortcut.toString(), set()).add(action.objectName())
        result = {keys: sorted(names) for keys, names in taken.items()}
        """
    )
    ours = {keys: names for keys, names in shortcuts.items() if set(names) & set(_action_ids())}
    assert ours == {"Ctrl+Alt+P": ["tugline_drag_mode"], "Ctrl+Alt+Return": ["tugline_pull"]}


def test_the_actions_are_under_tools(docker: Docker) -> None:
    titles = docker.krita.run(
        """
        bar = window.qwindow().menuBar()
        tools = next(action for action in bar.actions() if action.objectName() == "tools")
        menu = [action for action in tools.menu().actions() if action.text() == "Tugline"][-1]
        result = [action.objectName() for action in menu.menu().actions()]
        """
    )
    assert titles == _action_ids()


@pytest.mark.parametrize(
    ("action", "deed"),
    [
        ("tugline_generate", ["generate_here"]),
        ("tugline_generate_new_seed", ["generate_here"]),
        ("tugline_invert", ["invert_chosen"]),
        ("tugline_show_photo", ["show_photo", True]),
        ("tugline_drag_mode", ["set_drag_mode", True]),
        ("tugline_pull", ["run"]),
        ("tugline_take_back", ["take_back"]),
        ("tugline_ignore_selection", ["ignore_selection", True]),
        ("tugline_delete_arrow", ["delete_arrow"]),
        ("tugline_clear_arrows", ["clear_arrows"]),
        ("tugline_vector_arrows", ["take_vector_arrows"]),
        ("tugline_commit_below", ["commit_below"]),
    ],
)
def test_an_action_asks_for_one_deed(docker: Docker, action: str, deed: list[object]) -> None:
    docker.krita.run(f"app.action({action!r}).trigger()")
    docker.asked(deed)


def test_the_shortcuts_work(docker: Docker) -> None:
    docker.krita.key("ctrl+alt+p")
    docker.asked(["set_drag_mode", True])
    docker.krita.key("ctrl+alt+Return")
    docker.asked(["run"])
    docker.begin("DRAGGING")
    docker.krita.key("ctrl+alt+Return")
    docker.asked(["stop"])


def test_an_action_and_its_check_box_agree(docker: Docker) -> None:
    docker.krita.run("app.action('tugline_live').trigger()")
    docker.set_to("live", False)
    assert not docker.value("control('Live').isChecked()")
    docker.click("Live")
    docker.set_to("live", True)
    docker.krita.wait_for("app.action('tugline_live').isChecked()")


def test_an_action_shows_the_docker(docker: Docker) -> None:
    docker.krita.run("docker.close()")
    docker.krita.run("app.action('tugline_show_docker').trigger()")
    docker.krita.wait_for("docker.isVisible()")


def test_the_settings_come_back_with_krita(krita: KritaSession) -> None:
    krita.run(RECORDING)
    docker = Docker(krita)
    docker.begin("EDITING")
    docker.click("Live")
    docker.set_to("live", False)
    docker.click("Another seed")
    krita.wait_for("recorder.settings.seed != 7")
    krita.run("recorder.change_settings(replace(recorder.settings, radius=2.5, step_limit=80))")
    before = docker.value("repr(recorder.settings)")
    krita.quit()
    krita.start()
    krita.run(RECORDING)
    assert docker.value("repr(preferences.load(shelf))") == before
    krita.run(
        """
        for name, text in (("seed", "-3"), ("truncation", "nan"), ("radius", "1e9"),
                           ("step_limit", "x"), ("live", "perhaps")):
            app.writeSetting("tugline", name, text)
        """
    )
    assert docker.value("preferences.load(shelf) == Settings(keep_rest=False, model='critters-2')")


def test_a_closed_window_is_told_no_more(krita: KritaSession) -> None:
    krita.run(RECORDING)
    assert krita.value("len(recorder.watchers)") == 2
    krita.run("window.qwindow().close()")
    krita.wait_for("len(recorder.watchers) == 0")
    krita.run("recorder.tell(EDITING)")


def _action_ids() -> list[str]:
    source = Path(__file__).parents[2] / "plugins" / "krita" / "tugline.action"
    names = re.findall(r'<Action name="(\w+)">', source.read_text(encoding="utf-8"))
    return [name for name in names if name != "tugline_menu"]
