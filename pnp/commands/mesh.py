"""`pnp mesh`: build the mesh of a case without solving, show how good it is, and picture it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pnp.commands.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pnp.case import Case

HELP = "build the mesh of a case without solving: a table of its cells, a picture, files for ParaView and mesh.file"
PICTURE, FILE, NAMED = "mesh", "mesh.vtu", "mesh.msh"
_PLANES: tuple[str, ...] = ("planar", "axisymmetric")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("case", metavar="CASE", type=Path, help="case file (TOML)")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FOLDER",
        type=Path,
        help="for mesh.png, mesh.vtu and, of a plane, mesh.msh (default: results/<case name>_mesh)",
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="overrides",
        help="set a key of the case; may be repeated",
    )
    parser.add_argument("--format", choices=("png", "pdf", "svg"), default="png", help="of the picture (default: png)")


def run(arguments: argparse.Namespace) -> int:
    """Build, show, write."""
    from pnp.case import Case, CaseError

    try:
        case = Case.load(arguments.case, arguments.overrides)
    except CaseError as error:
        count = len(error.messages)
        raise UsageError(f"{count} {'mistake' if count == 1 else 'mistakes'} in the case\n{error}") from None
    folder: Path = arguments.output or Path("results") / f"{case.name}_mesh"
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder: choose another with -o FOLDER")
    try:
        in_plane = case.coordinates in _PLANES or getattr(case, "height", None) is not None
        figure = _plane(case, folder) if in_plane else _stack(case, folder)
    except CaseError as error:
        # What only the mesh shows.
        raise UsageError(f"the mesh cannot be built\n{error}") from None
    _picture(figure, folder, arguments.format, case.coordinates in _PLANES)
    return 0


def _plane(case: Case, folder: Path) -> Figure:
    from pnp.derived import derived
    from pnp.parts import first_mesh
    from pnp.plane.files import write_mesh
    from pnp.plane.quality import cells_per_debye_length, quality
    from pnp.report.mesh_plot import draw_mesh
    from pnp.report.mesh_table import layer_rows, mesh_line, size_rows
    from pnp.report.tables import Report
    from pnp.result_fields import write_plane_mesh

    mesh = first_mesh(case)
    lengths = {d.subject.rpartition(".")[2]: d.value for d in derived(case) if d.name == "debye_length"}
    found = quality(mesh)
    Report().tables(
        [case.title or case.name, mesh_line(found), *mesh.notes],
        (size_rows(found, mesh.region_names), range(1, 5)),
        (layer_rows(cells_per_debye_length(mesh, lengths)), (2, 3)),
    )
    _make(folder)
    write_plane_mesh(mesh.points, mesh.triangles, mesh.region, mesh.facets, mesh.facet_group, folder / FILE)
    if case.coordinates in _PLANES:
        write_mesh(mesh, folder / NAMED)
    return draw_mesh(mesh, case.coordinates in _PLANES[1:], case.title or case.name)


def _stack(case: Case, folder: Path) -> Figure:
    from pnp.grading import MeshOptions, grade
    from pnp.nondimensional import model_from_case
    from pnp.report.mesh_plot import draw_grid
    from pnp.report.mesh_table import grid_rows
    from pnp.report.tables import Report
    from pnp.result_fields import write_grid

    model = model_from_case(case)
    own = case.mesh
    options = MeshOptions(own.refinement, own.growth, own.cells_per_debye_length, own.max_cell_fraction)
    grid = grade([model], options)
    nodes, region = grid.nodes * model.scales.length, grid.region.astype("int64")
    note = ["The mesh is adapted to the solution; this is the first."] if own.adapt else []
    count = f"{region.size} cells, {nodes.size} nodes"
    names = list(case.regions)
    Report().tables([case.title or case.name, count, *note], (grid_rows(nodes, region, names), range(1, 5)))
    _make(folder)
    write_grid(nodes, region, folder / FILE)
    return draw_grid(nodes, region, names, case.title or case.name)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}; choose another with -o FOLDER") from None


def _picture(figure: Figure, folder: Path, ending: str, named: bool) -> None:
    from pnp.report.plots import save

    path = folder / f"{PICTURE}.{ending}"
    try:
        save(figure, path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    written = [path, folder / FILE, *([folder / NAMED] if named else [])]
    print(f"Written: {', '.join(map(str, written))}")
