"""What strangers stumbled over: streams that are closed, launchers, narrow terminals, damaged files, noise."""

from __future__ import annotations

import dataclasses
import fcntl
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pnp import result_folder
from pnp.case import Case, CaseError
from pnp.cli import main
from pnp.commands.errors import DONE, WRONG
from pnp.report.format import quantities
from pnp.report.interest import interesting_quantities
from pnp.report.plots import figures
from pnp.report.progress import ProgressBar
from pnp.report.sweep_table import sweep_rows
from pnp.report.tables import PIPE_WIDTH, Report, shown
from pnp.result import Quantity, Result, SimplifiedRow, SweepPoint, SweepTable, unknown_name
from pnp.result_folder import ResultFolderError, write
from pnp.result_reading import load
from tests.unit.example_results import MEMBRANE_CASE, WALL_CASE, case, iv_result, membrane_result

CHECKOUT = Path(__file__).parents[2]
RANK = "OMPI_COMM_WORLD_RANK"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def case_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "membrane.toml"
    path.write_text(MEMBRANE_CASE, encoding="utf-8")
    return path


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """`pnp` in the command is this checkout's."""
    command = command.replace("pnp", f"{sys.executable} -m pnp", 1)
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60, env=environment
    )


# ------------------------------------------------------------------------ launchers and streams


def test_info_under_mpiexec_ends() -> None:
    mpiexec = shutil.which("mpiexec")
    assert mpiexec is not None
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    spare = {"OMPI_MCA_rmaps_base_oversubscribe": "1", "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe"}
    done = subprocess.run(
        [mpiexec, "-n", "2", sys.executable, "-m", "pnp", "info"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **allowed, **spare, "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == DONE, done.stderr
    assert done.stdout.count("kernel cache") == 1


def test_a_launchers_terminal_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RANK, "0")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLUMNS", raising=False)
    widths = {}
    for columns in (None, "70"):
        if columns:
            monkeypatch.setenv("COLUMNS", columns)
        out = Terminal()
        monkeypatch.setattr("sys.stdout", out)
        report = Report()
        report.result(membrane_result())
        assert "\x1b" not in out.getvalue()
        widths[columns] = max(map(len, out.getvalue().splitlines()))
    assert 80 < widths[None] <= PIPE_WIDTH
    assert widths["70"] <= 70
    monkeypatch.setattr("sys.stderr", Terminal())
    with ProgressBar() as bar:
        bar(1, 10)
    assert sys.stderr.getvalue() == ""  # type: ignore[attr-defined]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_defect(closed: str, case_file: Path) -> None:
    done = shell(f"pnp check {case_file} {closed}")
    assert done.returncode == DONE, done.stderr
    assert "Traceback" not in done.stderr
    assert shell(f"pnp check {case_file}x {closed}").returncode == WRONG


def test_a_wrong_case_is_one_without_a_reader_too(case_file: Path) -> None:
    done = shell(f"pnp check {case_file}x 2>&1 | true; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == WRONG
    done = shell(f"(sleep 0.5; pnp check {case_file}x) 2>&1 | true; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == WRONG


# ------------------------------------------------------------------------ tables


def printed(result: Result, width: int) -> str:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        patch.setenv("COLUMNS", str(width))
        report = Report()
    report.case(result.case)
    report.result(result)
    return out.getvalue()


def tiny_sweep() -> Result:
    """A sweep whose numbers need an exponent and many columns."""
    result = iv_result()
    assert result.sweep is not None
    rows = tuple(
        dataclasses.replace(
            row,
            value=4.64159e-07 * (1 + i),
            unit="1",
            quantities={name: Quantity(q.value * 1.23456e-30, q.unit) for name, q in row.quantities.items()},
        )
        for i, row in enumerate(result.sweep.rows)
    )
    return dataclasses.replace(result, sweep=SweepTable(("regions.membrane.permittivity",), rows))


@pytest.mark.parametrize("width", [60, 70, 80, 100, 160])
def test_numbers_are_never_cut(width: int) -> None:
    result = tiny_sweep()
    assert result.sweep is not None
    text = printed(result, width)
    header, rows, note = sweep_rows(result.sweep, result.case, width)
    whole, _, _ = sweep_rows(result.sweep, result.case)
    lines = [line.split() for line in text.splitlines()]
    assert all([cell for cell in row if cell] in lines for row in rows)
    assert max(map(len, text.splitlines())) <= width
    dropped = len(whole) - len(header)
    assert (f"{dropped} more column" in note) == (dropped > 0)
    assert "4.64159e-07" in text


def test_tables_that_are_too_wide_are_told_in_lines() -> None:
    text = printed(membrane_result(), 60)
    assert "Debye length" in text
    assert "829.2 pm" in text
    assert "holds" in text


def test_one_scale_for_what_is_compared() -> None:
    assert quantities([0.5e-2, 3e6], "C/m^2") == ["0.005 C/m²", "3e+06 C/m²"]
    assert quantities([0.5e-2, 3e-2, None], "C/m^2") == ["0.5 µC/cm²", "3 µC/cm²", "-"]
    points = tuple(
        SweepPoint(
            value=float(v),
            unit="V",
            status="converged",
            message="",
            quantities={"surface_charge": Quantity(0.1 * v, "C/m^2")},
            simplified=(SimplifiedRow("Grahame", "surface_charge", 1e6 * v, "C/m^2"),),
        )
        for v in (0.1, 0.2)
    )
    header, _, _ = sweep_rows(SweepTable(("boundaries.left.potential",), points), case(WALL_CASE))
    assert [text.splitlines()[-1] for text in header if "C/" in text] == ["(µC/cm²)", "(µC/cm²)"]


def test_of_points_the_terminal_shows_the_potential() -> None:
    made = case(MEMBRANE_CASE + '[points.mid]\nregion = "membrane"\nfraction = 0.5\n')
    extra = {
        "potential.mid": Quantity(0.1, "V"),
        "electric_field.mid": Quantity(1e6, "V/m"),
        "concentration.K.mid": Quantity(1.0, "mol/m^3"),
    }
    result = dataclasses.replace(membrane_result(), case=made, quantities=extra)
    assert shown(result) == ["potential.mid"]


# ------------------------------------------------------------------------ what a sweep shows


def mesh_study(mode: str = "open_circuit") -> SweepTable:
    """A study of the mesh: what changes is the last digits."""
    rows = []
    for i in range(4):
        noise = 1e-16 * (-1) ** i
        values = {
            "membrane_potential": (-0.089 + noise, "V"),
            "current_density": (1e-12 * (i + 1), "A/m^2"),
            "flux.K": (1e-17 * (i + 1), "mol/m^2/s"),
            "potential_difference.drop": (1e-9 * i, "V"),
            "max_electric_field": (1e7 * (1 + 0.1 * i), "V/m"),
        }
        quantities_ = {name: Quantity(value, unit) for name, (value, unit) in values.items()}
        rows.append(SweepPoint(2.0**i, "1", "converged", "", quantities_))
    return SweepTable(("mesh.refinement",), tuple(rows))


def test_mesh_studies_show_the_result_and_no_noise() -> None:
    names = interesting_quantities(mesh_study(), case(MEMBRANE_CASE), 9)
    assert names == ["membrane_potential", "max_electric_field"]
    names = interesting_quantities(mesh_study(), iv_result().case, 9)
    assert "membrane_potential" not in names  # given, not found
    assert "flux.K" not in names
    assert "max_electric_field" in names


# ------------------------------------------------------------------------ result folders


def damaged(folder: Path, name: str, text: bytes) -> str:
    (folder / name).write_bytes(text)
    with pytest.raises(ResultFolderError, match="is damaged: ") as error:
        load(folder)
    assert main(["plot", str(folder)]) == WRONG
    return str(error.value)


@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.73, 0.99])
@pytest.mark.parametrize("name", ["sweep.csv", "simplified_models.csv", "summary.json"])
def test_truncated_files_are_damaged(name: str, share: float, tmp_path: Path) -> None:
    write(iv_result(), tmp_path / "r", plots=False)
    whole = (tmp_path / "r" / name).read_bytes()
    text = damaged(tmp_path / "r", name, whole[: int(share * len(whole))])
    assert name in text
    assert not any(raw in text for raw in ("Error", "index", "Expecting", "float", "unpack"))


GARBAGE = [b"", b"\xff\xfe\x00", b"a,b\nc\n", b"[1, 2]\n", b'{"format": "x"}']
FILES = ["sweep.csv", "simplified_models.csv", "summary.json", "case.toml"]
# an empty table of simplified models is one that no model applies to
DAMAGED = [(name, text) for name in FILES for text in GARBAGE if (name, text) != ("simplified_models.csv", b"")]


@pytest.mark.parametrize(("name", "text"), DAMAGED)
def test_garbage_is_damaged(name: str, text: bytes, tmp_path: Path) -> None:
    write(iv_result(), tmp_path / "r", plots=False)
    assert name in damaged(tmp_path / "r", name, text)


def test_missing_points_are_damage(tmp_path: Path) -> None:
    write(iv_result(), tmp_path / "r", plots=False)
    lines = (tmp_path / "r/sweep.csv").read_bytes().splitlines(keepends=True)
    assert "20 points instead of 21" in damaged(tmp_path / "r", "sweep.csv", b"".join(lines[:-1]))


def test_what_a_killed_run_left_goes(tmp_path: Path) -> None:
    stale = [tmp_path / ".r.0123abcd", tmp_path / ".r.0123abcd.old"]
    kept = [tmp_path / ".r.mine", tmp_path / ".other.0123abcd", tmp_path / ".r.89abcdef"]
    for folder in (*stale, *kept):
        folder.mkdir()
    handle = os.open(kept[-1], os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # a run that is still writing
    try:
        write(membrane_result(), tmp_path / "r", plots=False)
    finally:
        os.close(handle)
    assert sorted(tmp_path.iterdir()) == sorted([*kept, tmp_path / "r"])


# ------------------------------------------------------------------------ pnp plot, pnp list


def test_plot_names_pictures_by_what_they_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, other = tmp_path / "r", tmp_path / "pictures"
    write(iv_result(), folder)
    other.mkdir()
    usual = (folder / "profile.png").read_bytes()
    assert main(["plot", str(folder), "--quantity", "potential"]) == DONE
    assert (folder / "potential.png").exists()
    assert (folder / "profile.png").read_bytes() == usual
    result_folder.check_target(folder, overwrite=True)
    assert main(["plot", str(folder), "-o", str(other), "--format", "svg"]) == DONE
    assert sorted(path.name for path in other.iterdir()) == ["profile.svg", "sweep.svg"]
    assert main(["plot", str(folder), "-o", str(tmp_path / "x.pdf"), "--format", "png"]) == WRONG
    assert "asks for pdf, --format for png" in capsys.readouterr().err
    assert not (tmp_path / "x.pdf").exists()


def test_list_says_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf# Shows this.\n[regions.a]\n")
    (tmp_path / "binary.toml").write_bytes(bytes(range(256)))
    (tmp_path / "latin.toml").write_bytes("# Größe\n".encode("latin-1"))
    (tmp_path / "long.toml").write_bytes(b"# Long.\n[regions.a]\n#" + "é".encode() * 40000)
    assert main(["list", str(tmp_path)]) == DONE
    out = capsys.readouterr().out
    texts = dict(line.rpartition("/")[2].split(None, 1) for line in out.splitlines())
    assert texts["bom.toml"] == "Shows this."
    assert texts["long.toml"] == "Long."
    assert "binary file" in texts["binary.toml"]
    assert "not UTF-8" in texts["latin.toml"]
    assert "codec" not in out


# ------------------------------------------------------------------------ messages and overrides


def mistakes(text: str) -> str:
    with pytest.raises(CaseError) as error:
        case(text)
    return str(error.value)


@pytest.mark.parametrize(
    ("given", "advice"), [("37", "37 degC"), ('"37"', "37 degC"), ("310.15", "310.15 K"), ('"x"', "allowed")]
)
def test_temperature_without_unit(given: str, advice: str) -> None:
    assert advice in mistakes(MEMBRANE_CASE.replace('"310.15 K"', given))


def test_exchanged_letters_of_a_unit() -> None:
    assert 'did you mean "nm"?' in mistakes(MEMBRANE_CASE.replace('"4 nm"', '"4 mn"'))


def test_whole_tables_for_new_names(case_file: Path) -> None:
    for override in (
        'points.mid={region = "membrane", fraction = 0.5}',
        'interfaces.face={between = ["cytosol", "membrane"], surface_charge = "-0.02 C/m^2"}',
    ):
        Case.load(case_file, [override])
    wrong = "species.Mg={charge_number = 2}"
    with pytest.raises(CaseError, match=r"species.Mg.diffusivity: is missing"):
        Case.load(case_file, [wrong])
    with pytest.raises(CaseError, match='"middle" is no name in points'):
        Case.load(case_file, ["points.middle.fraction=0.5"])
    with pytest.raises(CaseError, match='did you mean "K"'):
        Case.load(case_file, ['species.k.diffusivity="1e-9 m^2/s"'])


def test_a_missing_counter_ion_is_balanced() -> None:
    lacking = MEMBRANE_CASE.replace('{ K = "5 mmol/L", Cl = "5 mmol/L" }', '{ K = "5 mmol/L" }')
    assert 'add balance = "Cl" to boundaries.right' in mistakes(lacking)
    lacking = lacking.replace(
        "[species.Cl]", '[species.U]\ncharge_number = 0\ndiffusivity = "1e-9 m^2/s"\n[species.Cl]'
    )
    lacking = lacking.replace('Cl = "140 mmol/L" }', 'Cl = "140 mmol/L", U = "0 M" }')
    assert 'neutral; and e.g. U = "0 mol/L"' in mistakes(lacking)


def test_names_are_a_sentence_of_their_own() -> None:
    assert unknown_name("quantity", "xyz", ["flux.K"]) == "no quantity 'xyz'. There are: flux.K"
    assert unknown_name("quantity", "flux.k", ["flux.K"]).startswith(
        "no quantity 'flux.k'; did you mean 'flux.K'? There"
    )


# ------------------------------------------------------------------------ pictures


def failing(count: int) -> Result:
    result = iv_result(points=8)
    assert result.sweep is not None
    rows = tuple(
        dataclasses.replace(row, status="not converged", quantities={}, simplified=()) if i < count else row
        for i, row in enumerate(result.sweep.rows)
    )
    return dataclasses.replace(result, sweep=SweepTable(result.sweep.keys, rows), status="not converged")


@pytest.mark.parametrize("count", [3, 7])
def test_failed_points_are_marked_and_told_above(count: int) -> None:
    (axes,) = figures(failing(count))["sweep"].axes
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert len(crosses[0].get_xdata()) == count  # type: ignore[arg-type]
    low, high = axes.get_xlim()
    assert low <= -100
    assert high >= 100
    title = axes.figure._suptitle  # type: ignore[union-attr]
    assert f"{count} of 8 points not converged" in title.get_text()


# ------------------------------------------------------------------------ scripts/env


def test_interrupted_set_up(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build = subprocess.Popen(
            [str(CHECKOUT / "scripts/lib/build"), "none", "0", str(cache / "tree"), "none", "true"],
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(0.5)
        build.send_signal(signal.SIGINT)
        _, said = build.communicate(timeout=20)
    assert build.returncode == 130
    assert "interrupted" in said
    assert not (cache / "tree").exists()
