"""The command line: quick help, messages that name the nearest, exit codes, files untouched."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pnp import __version__, result_folder
from pnp.cli import main
from pnp.commands import COMMANDS, new
from pnp.commands.errors import DEFECT, DONE, WRONG, defect_text
from pnp.result import SweepTable
from tests.unit.example_results import MEMBRANE_CASE, iv_result, membrane_result

ROOT = Path(__file__).parents[2]
CONICAL_PORE = """
coordinates = "axisymmetric"
mesh = { file = "pore.msh", length_unit = "nm" }
species.K = { charge_number = 1, diffusivity = "2e-9 m^2/s" }
species.Cl = { charge_number = -1, diffusivity = "2e-9 m^2/s" }
regions.electrolyte = { permittivity = 78.49 }
regions.membrane = { permittivity = 4, absent = "all" }

[boundaries.left_bath]
type = "reservoir"
potential = "0 V"
concentrations = { K = "10 mmol/L", Cl = "10 mmol/L" }

[boundaries.right_bath]
type = "reservoir"
potential = "0.1 V"
concentrations = { K = "10 mmol/L", Cl = "10 mmol/L" }
"""
HEAVY = ("dolfinx", "petsc4py", "mpi4py", "ufl", "basix")


@pytest.fixture
def case_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "membrane.toml"
    path.write_text(MEMBRANE_CASE, encoding="utf-8")
    return path


def modules_after(*words: str) -> set[str]:
    """Top-level modules a fresh interpreter has imported after a command."""
    code = "import sys\nfrom pnp.cli import main\n"
    code += f"try:\n    main({list(words)!r})\nexcept SystemExit:\n    pass\n"
    code += "print('MODULES', *{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_help_imports_nothing_heavy() -> None:
    imported = modules_after("--help")
    assert "pnp" in imported
    assert not imported & {*HEAVY, "numpy", "pydantic", "matplotlib", "rich"}


def test_check_imports_no_solver(case_file: Path) -> None:
    imported = modules_after("check", str(case_file))
    assert {"pydantic", "numpy"} <= imported
    assert not imported & {*HEAVY, "matplotlib"}


def test_plot_imports_no_solver(tmp_path: Path) -> None:
    result_folder.write(membrane_result(), tmp_path / "r", plots=False)
    imported = modules_after("plot", str(tmp_path / "r"))
    assert "matplotlib" in imported
    assert not imported & set(HEAVY)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    text = capsys.readouterr().out
    assert all(f"\n    {name} " in text for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    assert exit_.value.code == 0
    assert f"pnp {command}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"pnp {__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["rnu", "x.toml"], "did you mean `pnp run`?"),
        (["x.toml"], "did you mean `pnp run x.toml`?"),
        (["run", "x.toml", "--overwite"], "did you mean --overwrite?"),
        (["run", "x.toml", "-overwrite"], "did you mean --overwrite?"),
        (["run", "x.toml", "-no_plots"], "did you mean --no-plots?"),
        (["run", "x.toml", "-oout"], "neither one of pnp"),
        (["run", "x.toml", "--plot-format", "jpg"], "choose from"),
        (["run", "x.toml", "y.toml"], "unexpected argument 'y.toml'"),
        (["run"], "required: CASE"),
        (["run", "x.toml", "-o"], "expected one argument"),
        (["check", "x.toml", "--sett", "a=b"], "did you mean --set?"),
        (["new", "membrne"], "did you mean membrane?"),
        (["run", "missing.toml"], "missing.toml: there is no such file"),
        (["check", "missing.toml"], "missing.toml: there is no such file"),
        (["plot", "missing"], "missing is no result folder"),
        (["list", "missing"], "missing is no folder"),
    ],
)
def test_wrong_command_lines(
    words: list[str], expected: str, case_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(case_file.parent.rglob("*"))
    assert main(words) == WRONG
    shown = capsys.readouterr()
    assert expected in shown.err
    assert "Traceback" not in shown.err + shown.out
    assert sorted(case_file.parent.rglob("*")) == before


def test_check_shows_all_mistakes_at_once(case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = MEMBRANE_CASE.replace("4 nm", "-4 nm").replace('"310.15 K"', '"310.15 mV"')
    case_file.write_text(text, encoding="utf-8")
    assert main(["check", str(case_file)]) == WRONG
    shown = capsys.readouterr().err
    assert "2 mistakes" in shown
    assert "regions.membrane.thickness" in shown
    assert "temperature" in shown


def test_check_tells_what_only_the_mesh_of_a_plane_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text(CONICAL_PORE, encoding="utf-8")
    (tmp_path / "pore.msh").write_bytes((ROOT / "meshes" / "conical_pore.msh").read_bytes())
    assert main(["check", str(own)]) == DONE
    own.write_text(CONICAL_PORE.replace("regions.membrane", "regions.lipid"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(own)]) == WRONG
    assert 'mesh.file: pore.msh has no group of surfaces "lipid"' in capsys.readouterr().err


def test_check_shows_debye_lengths_and_predictions(case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(case_file)]) == DONE
    shown = capsys.readouterr().out
    assert "Debye length" in shown
    assert "Nernst" in shown
    assert "-89.0587 mV" in shown
    assert "The case is valid." in shown


def test_check_takes_overrides(case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(case_file), "--set", "temperature=20 degC"]) == DONE
    assert "293.15 K" in capsys.readouterr().out


def test_run_refuses_existing_result_before_it_solves(case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result_folder.write(membrane_result(), Path("results/membrane"), plots=False)
    written = Path("results/membrane/summary.json").stat().st_mtime_ns
    pytest.importorskip("mpi4py")
    assert main(["run", str(case_file)]) == WRONG
    shown = capsys.readouterr()
    assert "results/membrane exists already" in shown.err
    assert "--overwrite" in shown.err
    assert "-o FOLDER" in shown.err
    assert Path("results/membrane/summary.json").stat().st_mtime_ns == written


def test_wrong_case_runs_nothing_and_writes_nothing(case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case_file.write_text(MEMBRANE_CASE.replace("[species.K]", "[species.Kalium]"), encoding="utf-8")
    assert main(["run", str(case_file)]) == WRONG
    assert "Traceback" not in capsys.readouterr().err
    assert not Path("results").exists()


@pytest.mark.parametrize("name", new.templates())
def test_templates_are_valid_and_say_what_they_show(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", name]) == DONE
    assert main(["check", f"{name}.toml"]) == DONE
    text = Path(f"{name}.toml").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert f"pnp run {name}.toml" in text
    assert "Expect" in text


def test_new_never_overwrites(case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = case_file.read_text(encoding="utf-8")
    assert main(["new", "membrane"]) == WRONG
    assert "exists already" in capsys.readouterr().err
    assert case_file.read_text(encoding="utf-8") == before


def test_new_without_a_name_lists_templates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new"]) == DONE
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(new.templates())


def test_list_shows_cases_only(case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (case_file.parent / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    (case_file.parent / "broken.toml").write_bytes(b"\xff\xfe\x00")
    assert main(["list", str(case_file.parent)]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "broken.toml" in lines[0]
    assert "cannot be read" in lines[0]
    assert lines[1].endswith("Potassium membrane")


def test_schema_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == DONE
    printed = json.loads(capsys.readouterr().out)
    assert "species" in printed["properties"]
    assert main(["schema", "-o", str(tmp_path / "s.json")]) == DONE
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == printed


def test_info_names_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info"]) == DONE
    shown = capsys.readouterr().out
    assert f"pnp             {__version__}" in shown
    assert "DOLFINx" in shown


def test_info_works_without_dolfinx(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("dolfinx", "petsc4py", "mpi4py"):
        monkeypatch.setitem(sys.modules, name, None)
    assert main(["info"]) == DONE
    assert capsys.readouterr().out.count("missing (") == 3


def test_plot_writes_the_asked_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    result_folder.write(iv_result(), folder, plots=False)
    assert main(["plot", str(folder), "--format", "svg", "--quantity", "flux.K"]) == DONE
    assert (folder / "flux.K.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert not (folder / "profile.svg").exists()
    assert main(["plot", str(folder), "-o", str(tmp_path / "mine.pdf")]) == DONE
    assert (tmp_path / "mine.pdf").read_bytes().startswith(b"%PDF")
    assert main(["plot", str(folder), "--quantity", "fluxK"]) == WRONG
    assert "did you mean 'flux.K'?" in capsys.readouterr().err


def test_plot_zooms_and_names_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    result_folder.write(membrane_result(), folder, plots=False)
    words = [
        "plot",
        str(folder),
        "--quantity",
        "potential",
        "concentration.K",
        "--zoom",
        "-2 nm:4 nm @ cytosol|membrane",
    ]
    assert main([*words, "--width", "85 mm", "--title", ""]) == DONE
    (picture,) = folder.glob("*.png")
    assert picture.name == "potential_concentration.K_-2_nm_4_nm_cytosol_membrane.png"
    assert capsys.readouterr().out == f"{picture}\n"
    assert main(["plot", str(folder), "--zoom=:20um"]) == DONE
    assert (folder / "profile_20um.png").exists()


def test_plot_draws_a_point_of_a_sweep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result, folder = iv_result(), tmp_path / "r"
    assert result.sweep is not None
    rows = [dataclasses.replace(row, profile=result.profile) for row in result.sweep.rows]
    swept = dataclasses.replace(result, sweep=SweepTable(result.sweep.keys, tuple(rows)))
    result_folder.write(swept, folder, plots=False)
    assert main(["plot", str(folder), "--at", "20 mV", "--quantity", "concentration.K", "--scale", "linear"]) == DONE
    picture = folder / "concentration.K_at_20_mV.png"
    assert picture.exists()
    told = capsys.readouterr()
    # Eleven of the 21 points, of which every second is kept.
    assert (told.out, told.err) == (f"{picture}\n", "")
    assert main(["plot", str(folder), "--at=-52mV"]) == DONE
    told = capsys.readouterr()
    assert (
        "no profile is kept at -52mV: the nearest, at -60 mV, is drawn; profiles are kept at -100 mV, -80" in told.err
    )
    assert (folder / "profile_at_-60_mV.png").exists()
    assert not (folder / "sweep.png").exists()
    assert main(["plot", str(folder), "--at", "1 V"]) == WRONG
    assert "lies outside the sweep; profiles are kept at -100 mV" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--at", "-70 mV"], "--at -70 mV: this result is of no sweep"),
        (["--scale", "log"], "name what it is for with --quantity"),
        (["--zoom", "membrane", "--zoom", "cytosol|membrane"], "overlap"),
        (["--zoom", "10 nm:20"], "'20' has no unit"),
        (["--zoom", "menbrane"], "did you mean 'membrane'?"),
        (["--zoom", "-5 nm:5 nm"], "a face with its layers: cytosol|membrane, membrane|outside, left, right"),
        (["--width", "5 mm"], "allowed is a length from 70 mm to 500 mm"),
        (["--width", "5 mV"], "is no length"),
        (["--width", "85"], "85: "),
        (["--quantity", "membrane_potential"], "is a single number here"),
        (["--quantity", "driving_force", "--zoom", "membrane"], "is of no picture that shows driving_force"),
    ],
)
def test_wrong_pictures(words: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    result_folder.write(membrane_result(), folder, plots=False)
    before = sorted(folder.rglob("*"))
    assert main(["plot", str(folder), *words]) == WRONG
    shown = capsys.readouterr().err
    assert expected in shown
    assert "Traceback" not in shown
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("plot_format", ["pdf", "svg"])
def test_a_result_can_have_vector_pictures(plot_format: str, tmp_path: Path) -> None:
    assert result_folder.write(membrane_result(), tmp_path / "r", plot_format=plot_format) == []
    assert {path.name for path in (tmp_path / "r").glob(f"*.{plot_format}")} == {
        f"profile.{plot_format}",
        f"driving_forces.{plot_format}",
    }
    assert not list((tmp_path / "r").glob("*.png"))


@pytest.mark.parametrize("variable", ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"])
def test_other_ranks_are_silent(
    variable: str, case_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "1")
    assert main(["check", str(case_file)]) == DONE
    assert main(["new", "junction"]) == DONE
    assert capsys.readouterr().out == ""
    assert not Path("junction.toml").exists()


def test_a_defect_is_called_one(
    case_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> int:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(COMMANDS["check"], "run", broken)
    monkeypatch.delenv("PNP_DEBUG", raising=False)
    assert main(["check", str(case_file)]) == DEFECT
    shown = capsys.readouterr().err
    assert "defect of pnp" in shown
    assert "ZeroDivisionError: division by zero (test_cli.py" in shown
    assert "Traceback" not in shown
    monkeypatch.setenv("PNP_DEBUG", "1")
    assert "no message" in defect_text(ValueError())
    assert main(["check", str(case_file)]) == DEFECT
    assert "Traceback" in capsys.readouterr().err


def test_interrupt_is_130(case_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS["check"], "run", interrupted)
    assert main(["check", str(case_file)]) == 130


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m pnp schema | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_help_is_quick() -> None:
    took = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "pnp", "--help"], capture_output=True, check=True)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.4


def test_a_mesh_file_is_taken_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text(CONICAL_PORE, encoding="utf-8")
    (tmp_path / "pore.msh").write_bytes((ROOT / "meshes" / "conical_pore.msh").read_bytes())
    assert main(["check", str(own), "--set", "mesh.refinement=2"]) == WRONG
    assert "mesh.refinement = 2: has no effect: a mesh file is taken as it is" in capsys.readouterr().err
