"""`pnp list`, `pnp new` and `pnp info`: a line for each case, whatever the width, with and without a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from pnp import examples
from pnp.cli import main
from pnp.commands import info, list_cases
from pnp.commands.errors import DONE, WRONG
from pnp.examples import Description, cases_folder, describe, descriptions, templates

ROOT = Path(__file__).parents[2]
CASE = '# Shows a layer.\n# Expect: 3.\ntitle = "The \\"layer\\""\n[regions.a]\ntitle = "not this"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CASE, Description('The "layer"', "Shows a layer.")),
        ("\n# Shows a layer.\n[regions.a]", Description("", "Shows a layer.")),
        ("title = 'x'\n# later", Description("x", "")),
        ('title = "open', Description('"open', "")),
        ("", Description("", "")),
    ],
)
def test_what_a_case_says_of_itself(text: str, expected: Description) -> None:
    assert describe(text) == expected


def test_other_files_are_left_out_and_damaged_ones_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n[regions.a]")
    (tmp_path / "wide.toml").write_text(CASE, encoding="utf-16")
    (tmp_path / "marked.toml").write_text(CASE, encoding="utf-8-sig")
    (tmp_path / "folder.toml").mkdir()
    found = {path.stem: description.title for path, description in descriptions(tmp_path).items()}
    assert found == {
        "case": 'The "layer"',
        "folder": "(cannot be read: Is a directory)",
        "latin": "(cannot be read: it is not UTF-8 text)",
        "marked": 'The "layer"',
        "wide": "(cannot be read: it is UTF-16 or a binary file, not UTF-8 text)",
    }


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("# red \x1b[31m\n[regions.a]", encoding="utf-8")
    assert "\x1b" not in descriptions(tmp_path)[tmp_path / "case.toml"].shows


def test_list_has_name_title_and_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", str(ROOT / "cases")]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list((ROOT / "cases").glob("*.toml")))
    (line,) = [line for line in lines if "potassium_nernst.toml" in line]
    path, title, shows = (part.strip() for part in line.split("  ") if part.strip())
    assert Path(path) == ROOT / "cases/potassium_nernst.toml"
    assert title == "Potassium membrane at its Nernst potential"
    assert shows.startswith("Potassium membrane: a 4 nm lipid slab")
    assert len({line.index("  Potassium membrane at") for line in lines if "  Potassium membrane at" in line}) == 1


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_lines_fit_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["list"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert all("cases/" in line for line in lines)
    assert max(map(len, lines)) <= width
    (line,) = [line for line in lines if "potassium_nernst.toml" in line]
    assert ("Potassium membrane at its Nernst potential" in line) == (width >= 80)
    assert ("4 nm lipid" in line) == (width >= 200)


def test_list_without_a_checkout_tells_the_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(list_cases, "cases_folder", lambda: None)
    assert main(["list"]) == DONE
    shown = capsys.readouterr().out
    assert "pnp new NAME" in shown
    assert all(f"\n{name} " in shown for name in templates())


def test_an_installed_package_has_templates_and_no_cases(tmp_path: Path) -> None:
    """A copy of the package beside a folder `cases` of somebody else, as in site-packages."""
    shutil.copytree(ROOT / "pnp", tmp_path / "pnp", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "cases").mkdir()
    code = "from pnp.examples import cases_folder, templates; print(cases_folder(), *templates())"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["None", *templates()]


def test_the_checkout_has_cases() -> None:
    assert cases_folder() == ROOT / "cases"


def test_list_of_an_empty_folder_and_of_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", str(tmp_path)]) == DONE
    assert "no case files" in capsys.readouterr().out
    assert main(["list", str(tmp_path / "missing")]) == WRONG


def test_info_says_where_and_with_what(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("CC", raising=False)
    assert main(["info"]) == DONE
    rows = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    rows = {name.strip(): value.strip() for name, value in rows.items()}
    assert rows["pnp"].endswith(f"({ROOT / 'pnp'})")
    assert rows["cases"] == str(ROOT / "cases")
    assert rows["templates"].startswith(", ".join(templates()))
    assert rows["cores"].startswith(f"{os.cpu_count()}")
    assert "xarray" in rows
    compiler = sysconfig.get_config_var("CC").split()[0]
    assert Path(rows["C compiler"]).name == compiler or f"missing ({compiler})" in rows["C compiler"]


def test_info_without_compiler_or_checkout(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CC", "no-such-compiler -O2")
    monkeypatch.setattr(info, "cases_folder", lambda: None)
    assert main(["info"]) == DONE
    shown = capsys.readouterr().out
    assert "missing (no-such-compiler): new kernels cannot be compiled" in shown
    assert "not part of an installed package" in shown


def test_new_without_a_name_tells_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(examples.templates())
    assert "Charged cell surface with a coat" in lines[1 + list(templates()).index("charged_membrane")]
