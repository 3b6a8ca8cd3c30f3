import json
from collections import Counter
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from benchmarks.accuracy.bench import newest_packaged
from benchmarks.inversion.__main__ import main
from benchmarks.inversion.report import Report
from tests.models import add_random_model

app = Typer()
app.command()(main)

NOTHING = ("--pictures", "0", "--quick", "0", "--recovered", "0", "--compared", "0", "--tuned", "0")
PAGE = "<!-- inversion: stages -->\n<!-- end -->\n"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(
        app, [*NOTHING, "--step-limit", "2", *arguments], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.output


def test_a_picture_of_each_part_and_a_few_steps_fill_the_tables(tmp_path: Path) -> None:
    file, page = tmp_path / "inversion.json", tmp_path / "page.md"
    page.write_text(PAGE)
    amounts = ("--pictures", "1", "--recovered", "1", "--compared", "1", "--tuned", "1")
    run(*amounts, "--jobs", "2", "--json", str(file), "--page", str(page))

    report = Report.read(file)
    assert report.model == newest_packaged()
    (critter,) = report.of("stages")
    assert critter.picture == "critter-40000000"
    own, w, wplus, tuned = critter.inverted
    assert [one.method for one in critter.inverted] == ["own", "W", "W+", "tuned"]
    assert own.psnr > 30  # the generator draws nearly what the renderer does
    assert w.psnr <= wplus.psnr + 0.01
    assert wplus.psnr <= tuned.psnr + 0.1  # float16 may take a little
    assert 0 < w.steps < wplus.steps < tuned.steps
    assert 0 < w.seconds < tuned.seconds
    assert tuned.size is not None
    assert 0 < tuned.size <= 0.1
    assert tuned.likeness is not None
    assert 0 <= tuned.likeness <= 1
    assert tuned.others_db is not None
    assert Counter((one.start, one.points) for one in critter.dragged) == {
        (start, points): 1 for start in ("own", "W", "W+", "tuned") for points in ("1", "5")
    }
    (recovered,) = report.of("recovery")
    assert [one.method for one in recovered.inverted] == ["W", "W+"]
    (distances,) = report.of("distances")
    assert [one.method for one in distances.inverted][:2] == ["L2", "pyramid"]
    (tuning,) = report.of("tuning")
    pivot, low, full = tuning.inverted
    assert (pivot.method, low.method, full.method) == ("not tuned", "low rank", "all weights")
    assert low.steps == full.steps
    assert full.psnr > pivot.psnr
    assert "| critter | W |" in page.read_text()


def test_a_run_goes_on_from_its_finished_pictures(tmp_path: Path) -> None:
    kept, file = tmp_path / "kept", tmp_path / "inversion.json"
    few = ("--quick", "1", "--progress", str(kept))
    run(*few)
    finished = kept / "seconds.jsonl"
    header, line = finished.read_text().splitlines()
    marked = json.loads(line)
    marked["inverted"][0]["psnr"] = 77.0
    # A run that was killed in the middle of a line leaves half of it.
    finished.write_text(f'{header}\n{json.dumps(marked)}\n{{"picture": "cr')

    run(*few, "--json", str(file))
    assert Report.read(file).of("seconds")[0].inverted[0].psnr == 77.0
    run("--quick", "5", "--progress", str(kept), "--only-finished", "--json", str(file))
    (only,) = Report.read(file).of("seconds")
    assert only.inverted[0].psnr == 77.0


def test_pictures_of_another_engine_are_not_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "seconds.jsonl").write_text('{"weights": "of another model"}\n')
    result = CliRunner().invoke(app, [*NOTHING, "--quick", "1", "--progress", str(tmp_path)])
    assert result.exit_code == 1
    assert "remove it or name another" in " ".join(result.output.split())


def test_a_model_that_draws_something_else_is_refused(tmp_path: Path) -> None:
    add_random_model(tmp_path, "strange")
    result = CliRunner().invoke(app, ["--model", "strange", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "draws no critters" in result.output


@pytest.mark.parametrize("arguments", [["--pictures", "-1"], ["--jobs", "0"]])
def test_a_number_out_of_range_is_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
