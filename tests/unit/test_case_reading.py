"""Reading: files that are no case files, TOML mistakes, and overrides from the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pnp.case import Case, CaseError
from pnp.case.keypath import format_path, parse_path
from pnp.case.reading import LARGEST, override_value, read_toml
from pnp.units import QuantityError
from tests.unit.wrong_cases import MEMBRANE, membrane


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    file = tmp_path / "membrane.toml"
    file.write_text(MEMBRANE, encoding="utf-8")
    return file


def message(file: Path | str, *overrides: str) -> str:
    with pytest.raises(CaseError) as caught:
        Case.load(file, overrides)
    return str(caught.value)


def test_reads_a_file(case_file: Path) -> None:
    case = Case.load(case_file)
    assert case.name == "membrane"
    assert case.source == str(case_file)
    assert case == Case.load(str(case_file))


def test_reads_a_byte_order_mark(case_file: Path) -> None:
    case_file.write_bytes(b"\xef\xbb\xbf" + case_file.read_bytes())
    assert Case.load(case_file).temperature == 310.15


def test_missing_file_names_the_nearest(case_file: Path) -> None:
    assert f"did you mean {case_file}?" in message(case_file.with_name("membran.toml"))
    assert f"did you mean {case_file}?" in message(case_file.with_name("membrane"))
    assert "case files in" in message(case_file.with_name("zzz.toml"))
    assert "there is no folder" in message(case_file.parent / "no" / "x.toml")
    assert "there is no such file" in message("a\0b")


def test_folder(case_file: Path) -> None:
    assert "is a folder, not a case file; case files in it: membrane.toml" in message(case_file.parent)


def test_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "large.toml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    assert "is 100 MB long; a case file has at most 1 MB" in message(file)
    assert file.stat().st_size > LARGEST


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"\x7fELF\x02\x01\x00\x00", "is a binary file"),
        (MEMBRANE.encode("utf-16"), "is UTF-16 text"),
        (b'title = "caf\xe9"\n', "line 1: is not UTF-8 text (byte 0xe9)"),
        (b"a = " + b"[" * 5000, "nested too deeply|line 1"),
        (b"a = " + b"9" * 5000, "too many digits"),
        (b"", "species: is missing"),
        (b"{}", "line 1, column 1"),
    ],
)
def test_what_is_no_case(tmp_path: Path, content: bytes, part: str) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    text = message(file)
    assert any(p in text for p in part.split("|")), text
    assert file.read_bytes() == content


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    assert "it is no ordinary file" in message(pipe)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_unreadable_file(case_file: Path) -> None:
    case_file.chmod(0)
    assert "cannot be read" in message(case_file)


def test_syntax_error_has_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(membrane(('thickness = "4 nm"', "thickness = 4 nm")), encoding="utf-8")
    text = message(file)
    assert f"{file}: line 16, column 15" in text
    assert "write" in text or '"4 nm"' in text
    with pytest.raises(CaseError):
        read_toml(file)


# -------------------------------------------------------------------------------- overrides


def test_overrides(case_file: Path) -> None:
    case = Case.load(
        case_file,
        [
            "species.K.diffusivity=1.96e-9 m^2/s",  # the shell took the quotes away
            'temperature="25 degC"',
            "regions.membrane.permittivity=3",
            "regions.membrane.species.K.diffusivity = 1e-11 m^2/s",  # an optional key, spaces around =
            "mesh.refinement=2",
            'regions."cytosol".thickness=60 nm',
            "regions.membrane.absent=[]",
            "regions.membrane.species.Cl.partition_coefficient=1e-4",
            "study.mode=open_circuit",
            "mesh.refinement=4",  # the last one counts
        ],
    )
    assert case.species["K"].diffusivity == 1.96e-9
    assert case.temperature == 298.15
    assert case.regions["membrane"].permittivity == 3.0
    assert case.diffusivity("membrane", "K") == 1e-11
    assert case.mesh.refinement == 4.0
    assert case.regions["cytosol"].thickness == 6e-8
    assert case.regions["membrane"].species["Cl"].partition_coefficient == 1e-4


@pytest.mark.parametrize(
    ("override", "part"),
    [
        ("species.K.difusivity=1e-9 m^2/s", 'did you mean "diffusivity"?'),
        ("species.k.diffusivity=1e-9 m^2/s", '"k" is no name in species; names: K, Cl; did you mean "K"?'),
        ("regions.membran.permittivity=2", 'did you mean "membrane"?'),
        (
            "regions.membrane.species.Na.diffusivity=1e-9 m^2/s",
            '"Na" is no name in regions.membrane.species; names: K, Cl',
        ),
        ("boundaries.top.type=wall", '"top" is no name in boundaries; names: left, right'),
        ("temperature", "has no =; expected KEY=VALUE"),
        ("=5", "is no key path"),
        ("a..b=5", "is no key path"),
        ("temperature.kelvin=5", "temperature has no keys below it"),
        ("temperature=310", "temperature = 310: is a bare number without a unit"),
        (
            "species.K.diffusivity=-1.96e-9 m^2/s",
            'species.K.diffusivity = "-1.96e-9 m^2/s": must be positive',
        ),
    ],
)
def test_wrong_overrides(case_file: Path, override: str, part: str) -> None:
    assert part in message(case_file, override)


def test_wrong_overrides_come_with_the_file_s_mistakes(case_file: Path) -> None:
    case_file.write_text(membrane(('"4 nm"', '"4 mV"')), encoding="utf-8")
    text = message(case_file, "temprature=300 K", "specie.K.charge_number=1")
    assert len(text.splitlines()) == 3
    assert 'did you mean "temperature"?' in text
    assert 'did you mean "species"?' in text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ('"4 nm"', "4 nm"),
        ("4 nm", "4 nm"),
        ("true", True),
        ('["a", "b"]', ["a", "b"]),
        ("all", "all"),
        ("1\nb = 2", "1\nb = 2"),
        ("", ""),
    ],
)
def test_override_values(text: str, value: object) -> None:
    assert override_value(text) == value


@pytest.mark.parametrize(
    "path", [("species", "K", "diffusivity"), ("species", "K.1", "x"), ("a", 'q"q'), ("species", "Ca2+")]
)
def test_key_paths_read_back(path: tuple[str, ...]) -> None:
    if '"' not in "".join(path):
        assert parse_path(format_path(path)) == path


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a b", 'a."b'])
def test_no_key_paths(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_path(text)
