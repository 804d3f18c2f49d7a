"""The documentation's sources: links lead somewhere, and pages made from code leave nothing out."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest

from pnp import simplified
from pnp.case import case_schema
from pnp.result_folder import MOST_POINT_PROFILES
from scripts.lib.docs import gallery
from scripts.lib.docs.case_reference import case_reference
from scripts.lib.docs.formulas import typeset
from scripts.lib.docs.prose import prose
from scripts.lib.docs.simplified_models import simplified_models

CHECKOUT = Path(__file__).parents[2]
PAGES = CHECKOUT / "pnp" / "docs"
CASES = sorted((CHECKOUT / "cases").glob("*.toml"))
MADE = re.compile(r"(case_reference|simplified_models|notebook)\.md|gallery/[\w.]+")
"""What `scripts/docs` makes; MkDocs itself checks the links of the built site."""
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", [CHECKOUT / "README.md", *sorted(PAGES.glob("*.md"))], ids=lambda p: p.name)
def test_links_lead_to_files(page: Path) -> None:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in LINK.findall(text):
        if not target.startswith(("https://", "http://")):
            assert MADE.fullmatch(target) or (page.parent / target).is_file(), f"{page.name} links to {target}"


def test_the_page_tells_how_many_profiles_a_sweep_leaves() -> None:
    text = " ".join((PAGES / "first_ten_minutes.md").read_text(encoding="utf-8").split())
    assert f"`results/curve/profiles/` the fields of {MOST_POINT_PROFILES} points" in text


def test_the_reference_has_every_key_with_its_example() -> None:
    schema = case_schema()
    page = case_reference(schema)
    tables = [schema, *schema["$defs"].values()]
    keys = [key for table in tables for key in table["properties"]]
    assert sorted(re.findall(r"^`(\w+)`\n:   ", page, re.MULTILINE)) == sorted(keys)
    section = page[page.index("## `[regions.<region>]`") :].partition("\n## ")[0]
    assert "quantity (nm, µm, mm, cm, m, Å) · 0.01 nm to 1 m · may be left out" in section
    assert '`thickness = "4 nm"`' in section


def test_the_reference_refuses_a_schema_that_it_would_be_silent_about() -> None:
    schema = copy.deepcopy(case_schema())
    del schema["properties"]["mesh"]
    with pytest.raises(ValueError, match="leads to Mesh"):
        case_reference(schema)
    schema = copy.deepcopy(case_schema())
    schema["properties"]["title"]["type"] = "tuple"
    with pytest.raises(ValueError, match="title is of a type"):
        case_reference(schema)


def test_every_closed_form_has_its_entry_with_its_arguments() -> None:
    page = simplified_models(CASES)
    for name in simplified.__all__:
        assert f"\n### `{name}`\n" in page, name
    entry = page[page.index("### `nernst_potential`") :].partition("\n### ")[0]
    assert "E = (RT/zF) ln(c_out/c_in)" in entry
    assert "- `concentration_inside`: c_in in mol/m³ (any one unit for both), >= 0." in entry
    assert "- `ValueError`: " in entry


def test_models_beside_results_are_found_with_their_cases() -> None:
    page = simplified_models([CHECKOUT / "cases" / "potassium_nernst.toml"])
    entry = page[page.index("**Nernst**") :].partition("\n\n")[0]
    assert "`membrane_potential`" in entry
    assert "[potassium_nernst](gallery/potassium_nernst.md)" in entry


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_every_case_has_what_its_page_shows(path: Path, tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "profile.png"
    Image.new("RGB", (300, 600), "white").save(picture)
    shown = gallery.Shown(path.stem, path.read_text(encoding="utf-8"), "printed", (picture,))
    gallery.write_pages([shown], tmp_path / "gallery")
    page = (tmp_path / "gallery" / f"{path.stem}.md").read_text(encoding="utf-8")
    assert f"```sh\nscripts/pnp run cases/{path.name}\n```" in page
    assert "**Expect:** " in page
    assert "**Source:** " in page
    index = (tmp_path / "gallery" / "index.md").read_text(encoding="utf-8")
    assert f"({path.stem}.md)" in index
    assert gallery.title(shown.text) in index


def test_a_run_that_fails_ends_the_build(tmp_path: Path) -> None:
    case = tmp_path / "wrong.toml"
    case.write_text('title = "Wrong"\n', encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"wrong.toml: pnp run ended with 2"):
        gallery.run_all([case], tmp_path, 1)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda p: p.name)
def test_formulas_can_be_drawn(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert typeset(text).count('<svg class="formula"') == sum(
        len(block.strip().splitlines()) for block in re.findall(r"^```math\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    )


def test_a_wrong_formula_is_named() -> None:
    with pytest.raises(ValueError, match=r"\\nosuch"):
        typeset("```math\n\\nosuch{x}\n```\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("c_i and z_i², μ°_i", "c<sub>i</sub> and z<sub>i</sub>², μ°<sub>i</sub>"),
        ("e^{−u} and r^k", "e<sup>−u</sup> and r<sup>k</sup>"),
        ("inner_radius, `c_i`, [x](c_i.md)", "inner_radius, `c_i`, [x](c_i.md)"),
        ("```sh\nc_i\n```", "```sh\nc_i\n```"),
    ],
)
def test_indices_in_the_text(text: str, shown: str) -> None:
    assert typeset(text) == shown


def test_words_from_code_keep_their_signs() -> None:
    assert prose("a * b < c, |x|, `a*b`") == r"a \* b &lt; c, \|x\|, `a*b`"
    assert (
        prose("see doi:10.1063/1.1748233, p. 2.")
        == "see [doi:10.1063/1.1748233](https://doi.org/10.1063/1.1748233), p. 2."
    )
