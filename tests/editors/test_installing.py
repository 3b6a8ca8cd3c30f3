"""What the installer puts in place, and what Krita's own importer does, in the real Krita."""

from tests.editors.conftest import OpenKrita
from tests.editors.installing import install_in_krita, resources_of, settings_of
from tests.editors.opening import Wish
from tests.editors.session import KritaSession
from tests.install.conftest import WHEELS
from tools.release.archive import release_krita
from tugline_daemon.install.folder import Condition
from tugline_daemon.install.krita import examine
from tugline_daemon.install.places import Place
from tugline_daemon.install.wheels import this_system

LOADED = "'tugline' in __import__('sys').modules"


def place_of(krita: KritaSession) -> Place:
    return Place("Krita", resources_of(krita.home), settings_of(krita.home))


def test_krita_s_own_python_imports_what_came_with_the_plugin(krita: KritaSession) -> None:
    module = resources_of(krita.home) / "pykrita" / "tugline"
    krita.run(
        f"""
        import sys
        from pathlib import Path
        from tugline_edit.vendoring import vendor_paths
        for path in vendor_paths(Path({str(module)!r}, "vendor"), sys.version_info[:2]):
            sys.path.insert(0, str(path))
        import msgpack, zmq, tugline_edit, tugline_protocol.zeromq
        """
    )
    for name in ("msgpack", "zmq", "tugline_edit", "tugline_protocol.zeromq"):
        assert krita.value(f"{name}.__file__").startswith(f"{module}/vendor/")
    # The harness itself rewrites how the daemon is started, out of the root file system.
    assert set(examine(place_of(krita)).files) <= {"pykrita/tugline/daemon.json"}


def test_one_installed_while_krita_runs_is_there_at_the_next_start(open_krita: OpenKrita) -> None:
    krita = open_krita(Wish(plugin=False))
    assert not krita.value(LOADED)
    install_in_krita(krita.home, in_root=False)
    assert krita.quit() == 0
    krita.start()
    assert krita.value(LOADED)


def test_krita_imports_the_release_s_zip_and_loads_it(open_krita: OpenKrita) -> None:
    krita = open_krita(Wish(plugin=False))
    archive = release_krita(krita.home, [this_system()], WHEELS, lambda _: None)
    imported = krita.run(
        f"""
        from plugin_importer.plugin_importer import PluginImporter
        importer = PluginImporter({str(archive)!r}, {str(resources_of(krita.home))!r}, lambda _: 1)
        result = [plugin["ui_name"] for plugin in importer.import_all()]
        """
    )
    assert imported == ["Tugline"]
    krita.run("app.writeSetting('python', 'enable_tugline', 'true')")
    assert krita.quit() == 0
    krita.start()
    assert krita.value(LOADED)
    report = examine(place_of(krita))
    assert (report.condition, report.enabled) == (Condition.WHOLE, True)
