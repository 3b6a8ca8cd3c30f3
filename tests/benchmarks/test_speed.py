import json
from pathlib import Path

from typer import Typer
from typer.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.report import Report

app = Typer()
app.command()(main)

PAGE = """# Speed
<!-- speed: headlines -->
<!-- end -->
<!-- speed: step -->
<!-- end -->
"""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_steps_are_measured_with_what_limits_them(tmp_path: Path) -> None:
    report, page = tmp_path / "speed.json", tmp_path / "speed.md"
    page.write_text(PAGE)
    (tmp_path / "pictures").mkdir()
    run(
        *("--only", "step", "--resolutions", "16", "--points", "1", "--repeats", "1"),
        *("--device", "cpu", "--json", str(report), "--page", str(page)),
    )

    found = json.loads(report.read_text())
    assert found["machine"]["cores"] >= 1
    parts = [row["part"] for row in found["rows"]]
    assert parts == ["limits", "limits", "limits", "step", "step"]
    peak = found["rows"][0]["gflops"] * 1e9
    for row in found["rows"][3:]:
        assert (row["case"], row["resolution"], row["points"]) == ("step", 16, 1)
        assert row["ratio"] == row["oracle_s"] / row["engine_s"]
        assert 0 < row["engine_least_s"] <= row["engine_s"]
        assert 0 < row["adaptive_least_s"] <= row["adaptive_s"]
        operations = 2 * row["nominal_multiply_adds"]
        assert abs(row["peak_share"] - operations / row["engine_s"] / peak) < 1e-9
    assert [row["mask"] for row in found["rows"][3:]] == [False, True]
    assert "A step of one point at 16 px with a mask takes" in page.read_text()
    assert (tmp_path / "pictures" / "speed.svg").read_text().startswith("<svg")
    assert [dict(row) for row in Report.read(report).rows] == found["rows"]


def test_an_unknown_table_is_named() -> None:
    result = CliRunner().invoke(app, ["--only", "step,speed"])
    assert result.exit_code == 2
    assert "'speed'" in result.output


def test_what_is_no_number_is_named() -> None:
    result = CliRunner().invoke(app, ["--only", "step", "--resolutions", "256;512"])
    assert result.exit_code == 2
    assert "256;512" in result.output
