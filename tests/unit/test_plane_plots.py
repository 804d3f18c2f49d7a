"""Pictures of a plane and of meshes: what is in them, and that they are right where they can be counted."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from pnp.cli import main
from pnp.plane_fields import PlaneFields
from pnp.report.colour_scale import ColourScale, linear_scale, log_scale, signed_scale
from pnp.report.mesh_plot import draw_grid, draw_mesh, finest_part
from pnp.report.mesh_table import grid_rows, layer_rows, mesh_line, size_rows
from pnp.report.plane_plot import PlanePictures
from pnp.report.plane_raster import Frame, rasterised
from pnp.report.plane_streams import draw_streams
from pnp.report.plane_view import plane_view, view_of
from pnp.report.plane_zoom import interesting_frame, named_frame
from pnp.report.plots import drawable, figures, save
from pnp.report.scale import ScaleError
from pnp.report.sweep_point import PointError, kept_point
from pnp.report.tables import shown
from pnp.report.zoom import ZoomError
from pnp.result import Result, SweepPoint, SweepTable
from pnp.result_folder import check_target, write
from tests.unit.example_planes import half_electrode_result, pore_fields, pore_result
from tests.unit.test_plots import texts
from tests.unit.test_tables import printed

NM = 1e-9
RESULTS = {"electrode": half_electrode_result(), "pore": pore_result()}


def fields_of(result: Result) -> PlaneFields:
    assert result.fields is not None
    return result.fields


def mesh_of(fields: PlaneFields) -> SimpleNamespace:
    names = list(fields.boundaries)
    return SimpleNamespace(
        points=fields.points,
        triangles=fields.triangles,
        region=fields.cell_region,
        region_names=fields.region_names,
        facets=np.concatenate([fields.boundaries[name] for name in names]),
        facet_group=np.repeat(np.arange(len(names)), [len(fields.boundaries[name]) for name in names]),
        facet_names=tuple(names),
    )


def nothing_is_cut_or_overlaps(figure: Figure) -> None:
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts(figure)]
    assert len(boxes) > 8
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.x1, text
        assert box.y1 <= figure.bbox.y1, text
    for (text, box), (other_text, other) in itertools.combinations(boxes, 2):
        shared = box.intersection(box, other)
        assert shared is None or min(shared.width, shared.height) < 2, (text, other_text)


def test_pixels_are_exact_where_fields_are_linear() -> None:
    fields = pore_fields()
    frame = Frame(-3 * NM, 12 * NM, -20 * NM, 15 * NM)
    raster = rasterised(fields.points, fields.triangles, frame, 75, 70)
    x = frame.left + (np.arange(75) + 0.5) * frame.width / 75
    y = frame.bottom + (np.arange(70) + 0.5) * frame.height / 70
    expected = 2 * x[None, :] - 7 * y[:, None]
    found = raster.values(fields.triangles, fields.points @ [2.0, -7.0])
    outside = np.broadcast_to(x[None, :] < 0, found.shape)
    np.testing.assert_array_equal(np.isnan(found), outside)
    np.testing.assert_allclose(found[~outside], expected[~outside], atol=1e-18)
    inside = (x[None, :] > 5 * NM) & (np.abs(y[:, None]) < 10 * NM)
    np.testing.assert_array_equal(raster.of_cells(fields.cell_region) == 1, inside)


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("width", [0.09, 0.18])
def test_nothing_is_cut_or_overlaps(name: str, width: float) -> None:
    for figure in figures(RESULTS[name], width=width).values():
        nothing_is_cut_or_overlaps(figure)
        assert figure.get_figwidth() == pytest.approx(width / 0.0254)


@pytest.mark.parametrize("width", [0.09, 0.18])
@pytest.mark.parametrize("stretch", [(25.0, 1.0), (1.0, 12.0)])
def test_extreme_shapes(stretch: tuple[float, float], width: float) -> None:
    fields = fields_of(RESULTS["electrode"])
    thin = dataclasses.replace(fields, points=fields.points * stretch)
    figure = PlanePictures(RESULTS["electrode"], thin, "Thin", width / 0.0254).draw("potential")
    nothing_is_cut_or_overlaps(figure)
    box = figure.axes[0].get_window_extent()
    assert max(box.width / box.height, box.height / box.width) == pytest.approx(4.0, rel=1e-2)
    assert any("stretched" in t.get_text() or "×" in t.get_text() for t in texts(figure))


def test_the_pictures_of_a_plane() -> None:
    assert list(figures(RESULTS["electrode"])) == [
        "potential",
        "concentration.K",
        "concentration.Cl",
        "charge_density",
        "line.axis",
        "line.across",
    ]
    assert "current_density" in figures(RESULTS["pore"])
    figure = figures(RESULTS["pore"], ["concentration.K"])["concentration.K"]
    told = {text.get_text() for text in texts(figure)}
    assert {"Concentration of K⁺ (mmol/L)", "hatched: no K⁺", "dashed frame", "z (nm)", "|r| (nm)"} <= told
    assert {"electrolyte", "membrane"} <= told
    assert {"concentration", "concentration.K", "electric_field", "line.axis"} <= set(drawable(RESULTS["pore"]))
    assert list(figures(RESULTS["pore"], ["concentration"])) == ["concentration.K", "concentration.Cl"]
    assert list(figures(RESULTS["pore"], ["line.axis"])) == ["line.axis"]
    with pytest.raises(KeyError, match=r"did you mean 'concentration\.K'"):
        figures(RESULTS["pore"], ["concentration.k"])


def test_rounding_is_no_picture() -> None:
    result = RESULTS["pore"]
    fields = fields_of(result)
    still = {**fields.columns, "current_density": 1e-12 * fields.columns["current_density"]}
    still["charge_density"] = np.full(len(fields.points), 1e-6)
    quiet = dataclasses.replace(result, fields=dataclasses.replace(fields, columns=still))
    names = set(figures(quiet))
    assert "potential" in names
    assert not {"current_density", "charge_density"} & names


def test_a_mirrored_map_is_symmetric() -> None:
    figure = figures(RESULTS["pore"], ["current_density"])["current_density"]
    whole, part, _ = figure.axes
    for axes in (whole, part):
        image = np.asarray(axes.images[0].get_array())
        np.testing.assert_array_equal(image, image[::-1])
        assert axes.get_ylim()[0] == -axes.get_ylim()[1]
        curves = [
            np.asarray(path.vertices)
            for lines in axes.collections
            if isinstance(lines, LineCollection) and lines.get_zorder() == 3
            for path in lines.get_paths()
        ]
        ends = {tuple(np.round(curve[0], 9)) for curve in curves}
        assert ends
        assert {(x, -y + 0.0) for x, y in ends} == {(x, y + 0.0) for x, y in ends}


def test_the_zoom_holds_the_pore() -> None:
    fields = fields_of(RESULTS["pore"])
    view = view_of(fields)
    assert view.axes == ("z", "r")
    zoom = interesting_frame(fields, view, flows=True)
    assert zoom is not None
    assert zoom.left < -10 * NM < 10 * NM < zoom.right
    assert zoom.top > 5 * NM
    assert zoom.bottom == -zoom.top
    assert zoom.width < 60 * NM
    flat = dataclasses.replace(fields, columns={name: np.zeros_like(v) for name, v in fields.columns.items()})
    assert interesting_frame(flat, view, flows=False) is None


def test_a_layer_is_stretched() -> None:
    fields = fields_of(RESULTS["electrode"])
    zoom = interesting_frame(fields, view_of(fields), flows=False)
    assert zoom is not None
    assert zoom.bottom == 0.0
    assert zoom.top < 5 * NM
    assert zoom.right > 20 * NM
    told = [text.get_text() for text in texts(figures(RESULTS["electrode"], ["potential"])["potential"])]
    assert any("y stretched" in text for text in told)


def test_named_parts() -> None:
    fields = fields_of(RESULTS["pore"])
    view = view_of(fields)
    assert named_frame(fields, view, ["0 nm:20 nm, -30 nm:40 nm"]).extent == pytest.approx(
        (-30 * NM, 40 * NM, -20 * NM, 20 * NM)
    )
    assert named_frame(fields, view, ["membrane"]).extent == pytest.approx((-10 * NM, 10 * NM, 5 * NM, 150 * NM))
    assert named_frame(fields, view, [":, 140 nm:"]).extent == pytest.approx((140 * NM, 150 * NM, -150 * NM, 150 * NM))
    for wrong in ("1 nm:2 nm, 3 nm", "1 mV:2 mV, :", "400 nm:500 nm, :"):
        with pytest.raises(ZoomError, match="What can be zoomed to:\n  a region: electrolyte, membrane"):
            named_frame(fields, view, [wrong])
    (figure,) = figures(RESULTS["pore"], ["potential"], ["membrane"]).values()
    assert figure.axes[0].get_xlim() == pytest.approx((-10, 10))


def test_streams_follow_the_field() -> None:
    pictures = PlanePictures(RESULTS["electrode"], fields_of(RESULTS["electrode"]))
    figure = pictures.draw("electric_field")
    axes = figure.axes[0]
    axes.clear()
    panel = SimpleNamespace(axes=axes, width=4.0, height=2.0, extent=(0, 4, 0, 2), frame=Frame(0.0, 4.0, 0.0, 2.0))
    x, y = np.linspace(0, 4, 80), np.linspace(0, 2, 40)
    # A field around the point (2, −1), whose lines are circles.
    right, up = np.meshgrid(x, y)[1] + 1.0, 2.0 - np.meshgrid(x, y)[0]
    draw_streams(panel, x, y, right, up)  # type: ignore[arg-type]
    curves = [np.asarray(c.vertices) for lines in axes.collections for c in lines.get_paths()]
    assert len(curves) > 5
    for curve in curves:
        radius = np.hypot(curve[:, 0] - 2, curve[:, 1] + 1)
        assert np.ptp(radius) < 0.03 * radius.mean()


def test_colours_of_bands() -> None:
    scale = linear_scale(np.array([0.0, 0.2]), "V", 1e-3, "cividis")
    assert (scale.symbol, scale.edges[0], scale.edges[-1]) == ("mV", 0.0, pytest.approx(200.0))
    assert scale.labels == ("0", "50", "100", "150", "200")
    # What is an edge but for rounding has one colour.
    noisy = scale.image(np.array([[0.1 - 1e-12, 0.1, 0.1 + 1e-12]]))
    assert len({tuple(pixel) for pixel in noisy[0]}) == 1
    assert tuple(scale.image(np.array([[np.nan]]))[0, 0]) == (0, 0, 0, 0)
    assert 100.0 in scale.levels(np.linspace(0, 200, 100))
    assert 100.0 not in scale.levels(np.append(np.full(50, 100.0), [0.0, 200.0]))


def test_logarithmic_and_signed_colours() -> None:
    scale = log_scale(np.array([1e-6, 1e2]), "mol/m^3", "viridis", decades=4)
    assert scale.measure(np.array([100.0])) == pytest.approx(2.0)
    assert scale.edges[0] == pytest.approx(-2.0)
    assert scale.image(np.array([[1e-6]])).tolist() == scale.image(np.array([[1e-2]])).tolist()
    both = signed_scale(np.array([-3e6, 5e6]), "C/m^3", "RdBu_r", symlog=True)
    assert both.edges[0] == -both.edges[-1]
    assert both.part == (0.0, 1.0)
    assert "0" in both.labels
    assert "−1" in both.labels
    one = signed_scale(np.array([0.0, 5e6]), "C/m^3", "RdBu_r", symlog=True)
    assert (one.part, one.edges[0]) == ((0.5, 1.0), 0.0)
    values = np.array([[-4e6, -1e3, 0.0, 1e3, 4e6]])
    image = both.image(values)[0].astype(int)
    # Blue, pale, red.
    assert image[0, 2] > image[0, 0]
    assert image[-1, 0] > image[-1, 2]
    assert image[2, :3].min() > 220


@pytest.mark.parametrize("values", [[0.0, 0.0], [3.0, 3.0], [-1e-30, 1e-30], [1e-9, 5.0]])
def test_scales_of_any_values(values: list[float]) -> None:
    scales: list[ColourScale] = [linear_scale(np.array(values), "V", 1e-3, "cividis")]
    if max(values) > 0:
        scales += [log_scale(np.array(values), "mol/m^3", "viridis"), signed_scale(np.array(values), "V", "RdBu", True)]
    for scale in scales:
        assert np.all(np.diff(scale.edges) > 0)
        assert len(scale.edges) < 80
        assert scale.ticks


def test_a_logarithmic_scale_needs_positive_values() -> None:
    with pytest.raises(ScaleError, match="no positive values"):
        figures(RESULTS["electrode"], ["charge_density"], scale="log")
    assert list(figures(RESULTS["electrode"], ["concentration.K"], scale="linear")) == ["concentration.K"]


def test_a_trace_at_a_boundary_sets_no_colours() -> None:
    result = half_electrode_result()
    fields = fields_of(result)
    name = f"concentration.{fields.species[0]}"
    bath = np.unique(fields.boundaries["bath"])
    columns = {**fields.columns, name: fields.columns[name].copy()}
    columns[name][bath] = 1e-12 * np.nanmax(columns[name])
    traced = dataclasses.replace(fields, columns=columns)
    edges = PlanePictures(result, traced)._colours(name, columns[name], None).edges
    assert 10 ** edges[0] > 0.1 * np.delete(columns[name], bath).min() * 1e-3, "in mol/L"


def test_colours_are_those_of_the_part_shown() -> None:
    result = pore_result()
    fields = fields_of(result)
    potential = fields.columns["potential"]
    part = PlanePictures(result, fields, part=["0 nm:5 nm, -2 nm:2 nm"])
    scale, whole = (
        part._colours("potential", potential, None),
        PlanePictures(result, fields)._colours("potential", potential, None),
    )
    spans = [(s.edges[-1] - s.edges[0]) / s.factor for s in (scale, whole)]
    assert spans[0] < 0.5 * spans[1]


def test_from_the_files_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    assert write(RESULTS["pore"], folder) == []
    names = {path.name for path in folder.iterdir()}
    assert {"potential.png", "concentration.K.png", "current_density.png", "line.axis.png"} <= names
    check_target(folder, overwrite=True)
    arguments = ["plot", str(folder), "--quantity", "current_density", "--zoom", "0 nm:9 nm, -9 nm:9 nm"]
    assert main([*arguments, "--format", "pdf", "--width", "90 mm"]) == 0
    written = Path(capsys.readouterr().out.strip())
    assert written.read_bytes().startswith(b"%PDF")
    check_target(folder, overwrite=True)
    assert main(["plot", str(folder), "--quantity", "potential", "--zoom", "9 nm, 8 nm"]) == 2
    assert "What can be zoomed to" in capsys.readouterr().err
    bytes_of = [path.read_bytes() for path in (folder / "potential.png",)]
    save(figures(RESULTS["pore"], ["potential"])["potential"], folder / "potential.png")
    assert bytes_of == [(folder / "potential.png").read_bytes()]


def swept_pore() -> Result:
    """The pore's result as the last point of a sweep."""
    one = RESULTS["pore"]
    rows = tuple(SweepPoint(value, "V", "converged", "", one.quantities) for value in (0.0, 0.1))
    return dataclasses.replace(one, sweep=SweepTable(("boundaries.left.potential",), rows))


@pytest.mark.parametrize("text", ["nowhere", "0 nm:1 nm"])
def test_a_zoom_that_is_no_part_of_a_plane_is_told_which_are(text: str) -> None:
    for result in (RESULTS["pore"], swept_pore()):
        with pytest.raises(ZoomError, match=r"(?s)hat can be zoomed to.*a region"):
            figures(result, ["potential"], [text])


def test_another_point_of_a_sweep_in_a_plane_is_solved_alone() -> None:
    with pytest.raises(PointError, match=r"run the case with boundaries\.left\.potential = 0 V"):
        kept_point(swept_pore(), "0 V")


def test_numbers_of_a_plane_on_the_terminal() -> None:
    result = RESULTS["pore"]
    assert {"current.left", "molar_flow.K.left", "charge.left"} <= set(shown(result))
    text = printed(result)
    for part in ("-2.35 nA", "-17 fmol/s", "-31 aC", "current at left", "molar flow of K at left"):
        assert part in text, part
    text = printed(RESULTS["electrode"])
    for part in ("-2.35 nA/m", "-17 fmol m⁻¹ s⁻¹"):
        assert part in text, part


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("width", [0.09, 0.18])
def test_the_picture_of_a_mesh(name: str, width: float) -> None:
    fields = fields_of(RESULTS[name])
    figure = draw_mesh(mesh_of(fields), fields.coordinates == "axisymmetric", "A mesh", width / 0.0254)  # type: ignore[arg-type]
    nothing_is_cut_or_overlaps(figure)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == [*fields.region_names, *fields.boundaries]
    assert len(figure.axes) == 2


def test_the_finest_part_holds_the_smallest_cell() -> None:
    fields = pore_fields()
    view = plane_view(fields.points, fields.triangles, fields.cell_region, axisymmetric=True)
    part = finest_part(view)
    assert part is not None
    # The rims of the pore, at z = ±10 nm and r = 5 nm, have the finest cells.
    assert part.left < 10 * NM * np.sign(part.right) < part.right
    assert part.bottom < 5 * NM < part.top
    assert part.width < 10 * NM


def test_tables_of_a_mesh() -> None:
    found = SimpleNamespace(
        nodes=10,
        cells=12,
        smallest_angle=30.0,
        largest_angle=91.0,
        obtuse_share=0.25,
        sizes=np.array([[1e-10, 1e-9, 2e-9], [1e-9, 1e-9, 1e-9]]),
        cells_in=np.array([8, 4]),
    )
    assert mesh_line(found) == "12 cells, 10 nodes, angles from 30° to 91°, 25 % of the cells obtuse"  # type: ignore[arg-type]
    header, rows = size_rows(found, ("bath", "wall"))  # type: ignore[arg-type]
    assert rows == [("bath", "8", "100 pm", "1 nm", "2 nm"), ("wall", "4", "1 nm", "1 nm", "1 nm")]
    assert len(header) == 5
    assert layer_rows({("electrode", "bath"): (10.5, 12.0)})[1] == [("electrode", "bath", "10.5", "12")]
    _, rows = grid_rows(np.array([0.0, 1e-9, 3e-9, 4e-9]), np.array([0, 0, 1]), ("bath", "wall"))
    assert rows == [("bath", "2", "1 nm", "1.5 nm", "2 nm"), ("wall", "1", "1 nm", "1 nm", "1 nm")]


def test_the_mesh_of_a_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = Path(__file__).parents[2] / "cases" / "potassium_nernst.toml"
    assert main(["mesh", str(case), "-o", str(tmp_path / "m")]) == 0
    assert {path.name for path in (tmp_path / "m").iterdir()} == {"mesh.png", "mesh.vtu"}
    text = capsys.readouterr().out
    assert "smallest cell" in text
    assert "cells," in text
    assert main(["mesh", str(case), "--set", "temperature=1", "-o", str(tmp_path / "n")]) == 2
    assert "mistake" in capsys.readouterr().err
    (tmp_path / "f").write_text("")
    assert main(["mesh", str(case), "-o", str(tmp_path / "f")]) == 2


def test_the_picture_of_a_grid() -> None:
    nodes = np.concatenate([[0.0], np.geomspace(1e-10, 1e-6, 50)])
    figure = draw_grid(nodes, np.repeat([0, 1], [20, 30]), ("bath", "film"), "A stack")
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    nothing_is_cut_or_overlaps(figure)
