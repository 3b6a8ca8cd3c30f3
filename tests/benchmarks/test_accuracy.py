import json
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.bench import newest_packaged
from tests.models import add_random_model

app = Typer()
app.command()(main)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_one_pair_and_a_few_steps_fill_the_table(tmp_path: Path) -> None:
    report, document = tmp_path / "accuracy.json", tmp_path / "accuracy.md"
    run("--pairs", "1", "--step-limit", "2", "--json", str(report), "--markdown", str(document))

    found = json.loads(report.read_text())
    assert found["model"] == newest_packaged()
    assert found["resolution"] == 128
    assert found["pairs"] == len(found["seeds"]) == 1
    assert found["floor_px"] > 0
    assert [(row["points"], row["method"]) for row in found["rows"]] == [
        (points, method)
        for points in (1, 5, "all")
        for method in ("no edit", "oracle", "oracle-tuned", "tugline")
    ]
    for row in found["rows"]:
        low, high = row["ci95"]
        assert low <= row["mean_distance_px"] <= high
        assert row["displacement_px"] >= 8 * found["floor_px"]
        moved = row["method"] != "no edit"
        assert (row["steps_mean"], row["outside_change"] > 0) == (
            (2, True) if moved else (0, False)
        )
        assert (row["passes_mean"] > row["steps_mean"]) == moved
        assert row["seconds_mean"] >= 0
    still = found["rows"][0]
    assert still["mean_distance_px"] == pytest.approx(still["displacement_px"], abs=1e-3)
    assert "| 1 | tugline |" in document.read_text()
    assert "| no edit | 12.93 | 11.66 | 16.02 |" in document.read_text()


def test_a_run_goes_on_from_its_finished_drags(tmp_path: Path) -> None:
    kept, report = tmp_path / "kept", tmp_path / "accuracy.json"
    few = ("--step-limit", "1", "--points", "1", "--methods", "tugline", "--progress", str(kept))
    run("--pairs", "1", *few)
    finished = kept / "tugline.jsonl"
    header, line = finished.read_text().splitlines()
    marked = json.loads(line)
    marked["outcomes"][0]["distance_px"] = 123.0
    # A run that was killed in the middle of a line leaves half of it.
    finished.write_text(f'{header}\n{json.dumps(marked)}\n{{"seed": 40')

    run("--pairs", "1", *few, "--json", str(report))
    assert json.loads(report.read_text())["rows"][0]["mean_distance_px"] == 123.0


def test_drags_of_another_engine_are_not_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "tugline.jsonl").write_text('{"weights": "of another model"}\n')
    arguments = ["--pairs", "1", "--methods", "tugline", "--progress", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "remove it or name another" in " ".join(result.output.split())


def test_processes_share_the_pairs(tmp_path: Path) -> None:
    report = tmp_path / "accuracy.json"
    few = ("--step-limit", "1", "--points", "1", "--methods", "no edit")
    run("--pairs", "2", "--jobs", "2", *few, "--json", str(report))
    found = json.loads(report.read_text())
    assert found["pairs"] == found["rows"][0]["pairs"] == 2


def test_the_oracles_may_drag_fewer_pairs(tmp_path: Path) -> None:
    report = tmp_path / "accuracy.json"
    few = ("--step-limit", "1", "--points", "1", "--methods", "no edit,oracle")
    run("--pairs", "2", "--oracle-pairs", "1", *few, "--json", str(report))
    rows = json.loads(report.read_text())["rows"]
    assert [(row["method"], row["pairs"]) for row in rows] == [("no edit", 2), ("oracle", 1)]


def test_a_model_that_draws_something_else_is_measured_by_its_own_pairs(tmp_path: Path) -> None:
    add_random_model(tmp_path, "strange", resolution=64, channels=32)
    report = tmp_path / "accuracy.json"
    few = ("--step-limit", "1", "--points", "1", "--methods", "no edit,tugline", "--seed", "0")
    run(
        *("--model", "strange", "--folder", str(tmp_path), "--pairs", "1"),
        *(*few, "--json", str(report)),
    )
    found = json.loads(report.read_text())
    assert "features" in found["ground"]
    assert found["rows"][0]["frechet"] is None
    assert found["rows"][0]["identity_drift"] is None


def test_an_unknown_column_is_named() -> None:
    result = CliRunner().invoke(app, ["--points", "68"])
    assert result.exit_code == 2
    assert "68" in result.output
