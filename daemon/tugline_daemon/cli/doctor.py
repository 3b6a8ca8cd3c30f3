"""``tugline doctor``: what is there, what is not, and what to do about it."""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import typer
from rich.text import Text

from tugline_daemon import __version__
from tugline_daemon.folders import data_folder
from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.folder import Condition
from tugline_daemon.library.store import Store, packaged_folder
from tugline_daemon.service.errors import DeviceMissing
from tugline_daemon.settings import (
    Settings,
    SettingsError,
    log_folder,
    read_settings,
    settings_file,
)
from tugline_protocol.endpoint import (
    client_key_file,
    configuration_folder,
    keys_folder,
    state_folder,
)
from tugline_protocol.errors import DaemonUnreachable, KeyRefused, ProtocolError
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

from .daemon import converse
from .editors import TO_BE_MENDED, Editor, found_plugins, remedy_for, told
from .terminal import MESSAGES, OUTPUT

Verdict = Literal["good", "note", "broken"]
_MARKS: Final[dict[Verdict, tuple[str, str]]] = {
    "good": ("ok", "green"),
    "note": ("--", "yellow"),
    "broken": ("!!", "red"),
}


@dataclass(frozen=True)
class Finding:
    """One line of the examination; ``remedy`` says what to do, "" where nothing is to do."""

    verdict: Verdict
    what: str
    remedy: str = ""


def doctor_command() -> None:
    """Examine the installation: versions, device, settings, folders, keys, models, the daemon.

    Each line that is not ok says what to do about it. The exit code is 1 if something is broken.
    """
    broken = False
    for finding in _findings():
        mark, colour = _MARKS[finding.verdict]
        OUTPUT.print(Text(mark, colour), finding.what, soft_wrap=True)
        if finding.remedy:
            OUTPUT.print("  ", finding.remedy, soft_wrap=True)
        broken = broken or finding.verdict == "broken"
    if broken:
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    yield Finding(
        "good",
        f"Tugline {__version__}, protocol {PROTOCOL_MAJOR}.{PROTOCOL_MINOR}, "
        f"Python {platform.python_version()} on {platform.platform()}",
    )
    settings = Settings()
    try:
        settings = read_settings()
    except SettingsError as error:
        yield Finding("broken", str(error), f"Correct or delete {settings_file()}.")
    else:
        missing = "" if settings_file().is_file() else " (not there, so the defaults hold)"
        yield Finding("good", f"Settings: {settings_file()}{missing}")
    yield from _devices(settings)
    yield _folder("configuration", configuration_folder())
    yield _folder("state", state_folder())
    yield _folder("log", log_folder())
    yield _folder("data", data_folder())
    yield _keys()
    yield from _models(settings)
    yield _daemon()
    for editor in Editor:
        yield from _plugins(editor)


def _devices(settings: Settings) -> Iterator[Finding]:
    with MESSAGES.status("Looking at the devices"):
        import torch  # noqa: PLC0415 (it takes seconds, and no other line needs it)

        from tugline_daemon.service.devices import find_device, find_precision  # noqa: PLC0415

        cuda = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        mps = torch.backends.mps.is_available()
    yield Finding("good", f"PyTorch {torch.__version__}, {torch.get_num_threads()} CPU threads")
    for index, name in enumerate(cuda):
        yield Finding("good", f"cuda:{index}: {name}")
    if mps:
        yield Finding("good", "mps: Apple GPU")
    if not cuda and not mps:
        yield Finding(
            "note",
            "No GPU that PyTorch can use; drags run on the CPU",
            "If there is one, install the PyTorch build for it: https://pytorch.org/get-started",
        )
    try:
        device = find_device(settings.device)
    except DeviceMissing:
        yield Finding(
            "broken",
            f"The settings ask for the device {settings.device}, which is not there",
            f"Set device to auto in {settings_file()}, or unset TUGLINE_DEVICE.",
        )
    else:
        precision = find_precision(settings.precision, device)
        yield Finding("good", f"Drags compute on {device} in {precision}")


def _folder(name: str, folder: Path) -> Finding:
    """Say whether a folder can be written; one that is missing is made when it is needed."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return Finding("good", f"The {name} folder: {folder}")
    return Finding(
        "broken",
        f"The {name} folder {folder} cannot be written",
        f"Give yourself the right to write {nearest}, or choose another with TUGLINE_CONFIG_DIR, "
        "TUGLINE_STATE_DIR or TUGLINE_DATA_DIR.",
    )


def _keys() -> Finding:
    secret = client_key_file()
    if not secret.exists():
        return Finding(
            "note", f"No keys in {keys_folder()} yet; the daemon's first start makes them"
        )
    if os.name == "posix" and secret.stat().st_mode & 0o077:
        return Finding(
            "broken",
            f"Others can read your key {secret}",
            f"Run `chmod 600 {secret}`; if somebody may have read it, delete the folder "
            f"{keys_folder()} and start the daemon again.",
        )
    return Finding("good", f"Your key: {secret}")


def _models(settings: Settings) -> Iterator[Finding]:
    entries = Store((packaged_folder(), settings.models_folder)).entries()
    good = [entry.name for entry in entries if entry.card is not None]
    told = f"Models: {', '.join(good) or 'none'} (your own go into {settings.models_folder})"
    if settings.model in good:
        yield Finding("good", told)
    else:
        yield Finding(
            "broken",
            f"{told}; the default model {settings.model} is not among them",
            "Install Tugline again, or name another model in the settings.",
        )
    for entry in entries:
        if entry.card is None:
            yield Finding("note", f"The model {entry.name} cannot be used", entry.reason)


def _daemon() -> Finding:
    try:
        with converse() as conversation:
            welcome = conversation.welcome
    except KeyRefused as error:
        return Finding(
            "broken",
            f"The daemon: {error}",
            f"Copy client.key in {keys_folder()} into authorized there, then try again.",
        )
    except DaemonUnreachable as error:
        return Finding("note", f"The daemon: {error}", "Commands start it by themselves.")
    except ProtocolError as error:
        return Finding(
            "broken", f"The daemon: {error}", "Run `tugline stop`, or end the other version of it."
        )
    devices = ", ".join(f"{device.name} ({device.state})" for device in welcome.devices)
    return Finding("good", f"The daemon: version {welcome.daemon_version}, devices: {devices}")


def _plugins(editor: Editor) -> Iterator[Finding]:
    try:
        for plugin in found_plugins(editor):
            report = plugin.examine()
            good = report.condition is Condition.WHOLE and report.enabled is not False
            verdict: Verdict = "broken" if report.condition in TO_BE_MENDED else "note"
            yield Finding(
                "good" if good else verdict,
                f"The plugin in {plugin.name}: {told(report)} ({plugin.folder})",
                remedy_for(editor, report),
            )
    except InstallError as error:
        yield Finding("note", f"The plugin in {editor.title}: {error}")
