"""A right planar and a right axisymmetric case, and wrong ones: edits of these, with the message each must give."""

# ruff: noqa: E501 - the table reads best with a case in a line

from __future__ import annotations

from tests.unit.wrong_cases import MEMBRANE, edited, membrane

_IONS = """\
[species.K]
charge_number = 1
diffusivity = "1.957e-9 m^2/s"
[species.Cl]
charge_number = -1
diffusivity = "2.032e-9 m^2/s"
"""

PLANE = f"""\
title = "Electrode with a particle before it"
coordinates = "planar"
{_IONS}
[regions.water]
permittivity = 78.49
shapes = [{{ rectangle = {{ x = ["0 nm", "40 nm"], y = ["0 nm", "20 nm"] }} }}]
[regions.particle]
permittivity = 4
absent = "all"
shapes = [{{ disc = {{ centre = ["20 nm", "10 nm"], radius = "3 nm" }} }}]

[interfaces.surface]
between = ["water", "particle"]
surface_charge = "-0.02 C/m^2"

[boundaries.electrode]
type = "electrode"
potential = "0.2 V"
on = [{{ y = "0 nm", x = ["0 nm", "20 nm"] }}]
[boundaries.bath]
type = "reservoir"
potential = "0 V"
concentrations = {{ K = "0.1 mol/L", Cl = "0.1 mol/L" }}
on = [{{ y = "20 nm" }}]

[points.edge]
at = ["20 nm", "0 nm"]
[potential_differences]
drop = ["edge", "bath"]
[lines.middle]
from = ["20 nm", "0 nm"]
to = ["20 nm", "20 nm"]
"""

PATCH = f"""\
coordinates = "axisymmetric"
inside = "cytosol"
{_IONS}
[regions.cytosol]
permittivity = 78.49
shapes = [{{ rectangle = {{ r = ["0 nm", "20 nm"], z = ["-20 nm", "0 nm"] }} }}]
[regions.outside]
permittivity = 78.49
shapes = [{{ rectangle = {{ r = ["0 nm", "20 nm"], z = ["4 nm", "24 nm"] }} }}]
[regions.membrane]
permittivity = 2
absent = "all"
shapes = [{{ rectangle = {{ z = ["0 nm", "4 nm"] }} }}]
[regions.channel]
permittivity = 20
absent = ["Cl"]
shapes = [{{ rectangle = {{ r = ["0 nm", "2 nm"], z = ["0 nm", "4 nm"] }} }}]

[boundaries.low]
type = "reservoir"
concentrations = {{ K = "140 mmol/L", Cl = "140 mmol/L" }}
on = [{{ z = "-20 nm" }}]
[boundaries.high]
type = "reservoir"
potential = "0 V"
concentrations = {{ K = "5 mmol/L", Cl = "5 mmol/L" }}
on = [{{ z = "24 nm" }}]

[study]
mode = "open_circuit"
"""

CLOSED = """\
coordinates = "axisymmetric"
[species.Na]
charge_number = 1
diffusivity = "1.334e-9 m^2/s"
[regions.water]
permittivity = 78.49
shapes = [{ rectangle = { r = ["0 nm", "10 nm"], z = ["0 nm", "10 nm"] } }]
[regions.water.species.Na]
initial_concentration = "10 mmol/L"
[boundaries.wall]
type = "wall"
surface_charge = "-4.82426660615e-3 C/m^2"
on = [{ r = "10 nm" }]
"""
"""10 mol/m³ in a cylinder of radius R = 10 nm, held by −F c R/2 on its side."""

GIVEN = f"""\
coordinates = "axisymmetric"
{_IONS}
[regions.water]
permittivity = 78.49
[regions.membrane]
permittivity = 2
absent = "all"
[interfaces.wall]
surface_charge = "-0.05 C/m^2"
[boundaries.low]
type = "reservoir"
concentrations = {{ K = "0.1 mol/L", Cl = "0.1 mol/L" }}
potential = "0 V"
[boundaries.high]
type = "reservoir"
concentrations = {{ K = "0.1 mol/L", Cl = "0.1 mol/L" }}
potential = "1 V"
[mesh]
file = "pore.msh"
length_unit = "nm"
"""


def plane(*edits: tuple[str, str]) -> str:
    """The planar case, edited."""
    return edited(PLANE, *edits)


def patch(*edits: tuple[str, str]) -> str:
    """The axisymmetric case, edited."""
    return edited(PATCH, *edits)


def given(*edits: tuple[str, str]) -> str:
    """The case of a given mesh, edited."""
    return edited(GIVEN, *edits)


_WATER = '{ rectangle = { x = ["0 nm", "40 nm"], y = ["0 nm", "20 nm"] } }'
_DISC = '{ disc = { centre = ["20 nm", "10 nm"], radius = "3 nm" } }'
_ELECTRODE = 'on = [{ y = "0 nm", x = ["0 nm", "20 nm"] }]'
_BATH = 'on = [{ y = "20 nm" }]'
_MESH = '[mesh]\nfile = "pore.msh"\nlength_unit = "nm"\n'
_CHARGE = "permittivity = 78.49\n"

WRONG: dict[str, tuple[str, str]] = {
    # ---------------------------------------------------------------- keys of one kind of case in another
    "height_of_a_sphere": ('coordinates = "spherical"\ninner_radius = "1 nm"\nheight = "10 nm"\n' + MEMBRANE, 'height = "10 nm": no strip has spherical faces; allowed: with coordinates = "cartesian" or "cylindrical"; remove it, or draw the sphere with a disc and coordinates = "axisymmetric"'),
    "height_of_a_plane": (plane(('coordinates = "planar"', 'coordinates = "planar"\nheight = "10 nm"')), 'height = "10 nm": is no key of a plane (coordinates = "planar"); allowed: with a cartesian or cylindrical stack'),
    "radius_of_a_plane": (patch(('inside = "cytosol"', 'inside = "cytosol"\ninner_radius = "1 nm"')), 'inner_radius = "1 nm": is no key of a plane (coordinates = "axisymmetric"); allowed: with a cylindrical or spherical stack'),
    "thickness_in_a_plane": (plane(("permittivity = 4\n", 'permittivity = 4\nthickness = "3 nm"\n')), 'regions.particle.thickness = "3 nm": is no key of a plane (coordinates = "planar"); allowed: with coordinates = "cartesian", "cylindrical" or "spherical"; remove it: its shapes say where it is'),
    "no_shapes": (plane((f"shapes = [{_DISC}]\n", "")), 'regions.particle.shapes: is missing; a region of a plane has shapes, unless mesh.file or mesh.source is given; add e.g. shapes = [{ rectangle = { x = ["0 nm", "40 nm"], y = ["0 nm", "20 nm"] } }]'),
    "shapes_in_a_stack": (membrane(('thickness = "4 nm"', f'thickness = "4 nm"\nshapes = [{_DISC}]')), 'regions.membrane.shapes: is no key of a stack (coordinates = "cartesian"); allowed: with coordinates = "planar" or "axisymmetric"'),
    "permeability_in_a_plane": (patch(("[boundaries.low]", '[regions.channel.species.K]\npermeability = "1e-8 m/s"\n[boundaries.low]')), 'regions.channel.species.K.permeability = "1e-8 m/s": is no key of a plane (coordinates = "axisymmetric"); allowed: with coordinates = "cartesian", "cylindrical" or "spherical"; write diffusivity = permeability * length / partition_coefficient'),
    "no_pieces": (plane((_BATH, "")), 'boundaries.bath.on: is missing; a boundary of a plane has the pieces of the outer boundary it consists of; add e.g. on = [{ y = "0 nm" }]'),
    "pieces_in_a_stack": (membrane(("[boundaries.right]", f"{_BATH}\n[boundaries.right]")), 'boundaries.left.on: is no key of a stack (coordinates = "cartesian")'),
    "other_end_of_a_stack": (membrane(("[study]", '[boundaries.top]\ntype = "wall"\n[study]')), 'boundaries.top = {…}: is no boundary of a stack; boundaries of a stack: left, right; rename it, or set coordinates = "planar" or "axisymmetric"'),
    "interface_without_regions": (plane(('between = ["water", "particle"]\n', "")), 'interfaces.surface.between: is missing; the two neighbouring regions it lies between; add between = ["water", "particle"]'),
    "interface_named_as_a_boundary": (plane(("[interfaces.surface]", "[interfaces.bath]")), "interfaces.bath: has the name of a boundary; allowed: any other name"),
    "point_by_region_in_a_plane": (plane(('at = ["20 nm", "0 nm"]', 'region = "water"')), 'points.edge.region = "water": is no key of a plane (coordinates = "planar"); allowed: with coordinates = "cartesian", "cylindrical" or "spherical"; write at = ["1 nm", "2 nm"]'),
    "point_without_a_place": (plane(('at = ["20 nm", "0 nm"]', "")), 'points.edge.at: is missing; a point of a plane has its x and y; add e.g. at = ["1 nm", "2 nm"]'),
    "point_in_a_stack_by_coordinates": (membrane(('region = "membrane"\nposition = "2 nm"', 'at = ["1 nm", "2 nm"]')), 'points.middle.at = ["1 nm", "2 nm"]: is no key of a stack (coordinates = "cartesian")'),
    "line_in_a_stack": (MEMBRANE + '[lines.axis]\nfrom = ["0 nm", "0 nm"]\nto = ["1 nm", "0 nm"]\n', 'lines.axis: is no key of a stack (coordinates = "cartesian"); allowed: with coordinates = "planar" or "axisymmetric"; remove it: profiles run along the whole stack'),
    # ---------------------------------------------------------------- given meshes
    "mesh_file_of_a_stack": (MEMBRANE + _MESH, 'mesh.file = "pore.msh": is no key of a stack (coordinates = "cartesian"); allowed: with coordinates = "planar" or "axisymmetric"'),
    "largest_cell_of_a_stack": (MEMBRANE + '[mesh]\nlargest_cell = "1 nm"\n', 'mesh.largest_cell = "1 nm": is no key of a stack (coordinates = "cartesian"); allowed: with coordinates = "planar" or "axisymmetric"'),
    "file_and_source": (given(("[mesh]\n", '[mesh]\nsource = "pore.py"\n')), 'mesh.source = "pore.py": file is given too; allowed: file or source; remove one of them'),
    "file_without_a_unit": (given(('length_unit = "nm"\n', "")), 'mesh.length_unit: is missing; a mesh file has coordinates without a unit; add e.g. length_unit = "nm"'),
    "unit_of_a_source": (given(('file = "pore.msh"', 'source = "pore.py"')), 'mesh.length_unit = "nm": there is no file it belongs to; allowed: with mesh.file; remove it; a source is in metres'),
    "unknown_unit_of_a_file": (given(('"nm"', '"nmm"')), 'mesh.length_unit = "nmm": is not one of the choices; allowed: "nm", "µm", "um", "mm", "cm", "m", "Å"; did you mean "nm"?'),
    "parameters_of_a_file": (GIVEN + 'parameters = { radius = "3 nm" }\n', "mesh.parameters: there is no source they belong to; allowed: with mesh.source"),
    "parameter_is_no_name": (given(('file = "pore.msh"\nlength_unit = "nm"', 'source = "pore.py"\nparameters = { tip-radius = "3 nm" }')), "mesh.parameters.tip-radius: is no name of a parameter; allowed: letters, digits and _; write e.g. tip_radius"),
    "parameter_is_a_list": (given(('file = "pore.msh"\nlength_unit = "nm"', "source = \"pore.py\"\nparameters = { radii = [1, 2] }")), 'mesh.parameters.radii = [1, 2]: is no parameter of a mesh; allowed: a text with a unit, a number, a text; write e.g. "3 nm"'),
    "source_is_no_python": (given(('file = "pore.msh"\nlength_unit = "nm"', 'source = "pore.geo"')), 'mesh.source = "pore.geo": is no Python file; a source has the ending .py; name one, or give a mesh by mesh.file'),
    "shapes_beside_a_mesh": (given(("permittivity = 2\n", 'permittivity = 2\nshapes = [{ rectangle = { r = ["0 nm", "1 nm"] } }]\n')), 'regions.membrane.shapes: is no key of a plane of a given mesh (coordinates = "axisymmetric"); allowed: without mesh.file and mesh.source; remove it: the mesh says where the region is'),
    "thickness_beside_a_mesh": (given(("permittivity = 2\n", 'permittivity = 2\nthickness = "1 nm"\n')), "remove it: the mesh says where it is"),
    "pieces_beside_a_mesh": (given(('potential = "1 V"', 'potential = "1 V"\non = [{ z = "0 nm" }]')), "boundaries.high.on: is no key of a plane of a given mesh"),
    "interface_pieces_beside_a_mesh": (given(("[interfaces.wall]", '[interfaces.wall]\non = [{ r = "1 nm" }]')), "interfaces.wall.on: is no key of a plane of a given mesh"),
    # ---------------------------------------------------------------- shapes
    "shape_of_wrong_letters": (patch(('r = ["0 nm", "2 nm"], z', 'x = ["0 nm", "2 nm"], z')), 'regions.channel.shapes[0].rectangle.x = ["0 nm", "2 nm"]: coordinates = "axisymmetric" have no x; coordinates here: r, z; write r'),
    "two_shapes_in_one": (plane((_DISC, _DISC[:-2] + ', polygon = [["0 nm", "0 nm"], ["1 nm", "0 nm"], ["0 nm", "1 nm"]] }')), "regions.particle.shapes[0]: gives disc and polygon; allowed: exactly one of rectangle, disc, polygon, pore; keep one, and give the other as a shape of its own"),
    "empty_shape": (plane((_DISC, "{}")), "regions.particle.shapes[0]: gives no shape; allowed: exactly one of rectangle, disc, polygon, pore"),
    "rectangle_without_ranges": (plane((_DISC, "{ rectangle = {} }")), "regions.particle.shapes[0].rectangle: has no range; needs x or y, or both"),
    "unknown_shape": (plane((_DISC, '{ dsc = { centre = ["20 nm", "10 nm"], radius = "3 nm" } }')), 'regions.particle.shapes[0].dsc = {…}: unknown key; keys of regions.particle.shapes[0]: rectangle, disc, polygon, pore; did you mean "disc"?'),
    "shapes_are_no_list": (plane((f"[{_DISC}]", _DISC)), "regions.particle.shapes = {…}: expected a list"),
    "disc_without_radius": (plane((', radius = "3 nm"', "")), 'regions.particle.shapes[0].disc.radius: is missing; Its radius; add radius = "5 nm"'),
    "negative_radius_of_a_rectangle": (patch(('r = ["0 nm", "2 nm"], z', 'r = ["-2 nm", "2 nm"], z')), 'regions.channel.shapes[0].rectangle.r = ["-2 nm", "2 nm"]: the first of the two must not be negative'),
    "range_of_one": (plane(('["0 nm", "40 nm"]', '["40 nm"]')), 'regions.water.shapes[0].rectangle.x = ["40 nm"]: expected a range: a list of two lengths; allowed: -1 m to 1 m; write e.g. ["0 nm", "40 nm"]'),
    "range_of_bare_numbers": (plane(('["0 nm", "40 nm"]', "[0, 40]")), "regions.water.shapes[0].rectangle.x = [0, 40]: the first of the two is a bare number without a unit"),
    "range_decreases": (plane(('["0 nm", "40 nm"]', '["40 nm", "0 nm"]')), 'regions.water.shapes[0].rectangle.x = ["40 nm", "0 nm"]: the range does not increase; allowed: [from, to] with from below to; exchange the two'),
    "range_of_no_extent": (plane(('["0 nm", "40 nm"]', '["40 nm", "40 nm"]')), "is a range of no extent; allowed: [from, to] with from below to; make the second larger"),
    "range_of_wrong_unit": (plane(('["0 nm", "40 nm"]', '["0 nm", "40 mV"]')), 'the second of the two the unit "mV" is not that of a length'),
    "pore_in_a_plane": (plane((_DISC, '{ pore = { r = ["1 nm", "2 nm"], z = ["0 nm", "5 nm"] } }')), 'regions.particle.shapes[0].pore: a pore is a body of revolution; allowed: with coordinates = "axisymmetric"'),
    "pore_of_too_much_rounding": (patch(('{ rectangle = { r = ["0 nm", "2 nm"], z = ["0 nm", "4 nm"] } }', '{ pore = { r = ["2 nm", "3 nm"], z = ["0 nm", "4 nm"], rounding = "3 nm" } }')), "regions.channel.shapes[0].pore: rounding is larger than the wall has room for"),
    "pore_without_radius": (patch(('{ rectangle = { r = ["0 nm", "2 nm"], z = ["0 nm", "4 nm"] } }', '{ pore = { r = ["0 nm", "3 nm"], z = ["0 nm", "4 nm"] } }')), "regions.channel.shapes[0].pore.r = [\"0 nm\", \"3 nm\"]: the first of the two must be positive"),
    "polygon_of_two_corners": (plane((_DISC, '{ polygon = [["0 nm", "0 nm"], ["1 nm", "0 nm"]] }')), "regions.particle.shapes[0].polygon: 2 corners enclose no area; at least three"),
    "polygon_crosses_itself": (plane((_DISC, '{ polygon = [["10 nm", "10 nm"], ["12 nm", "12 nm"], ["12 nm", "10 nm"], ["10 nm", "12 nm"]] }')), "regions.particle.shapes[0].polygon: the side from (10 nm, 10 nm) to (12 nm, 12 nm) crosses another"),
    "disc_across_the_axis": (patch(('{ rectangle = { r = ["0 nm", "2 nm"], z = ["0 nm", "4 nm"] } }', '{ disc = { centre = ["1 nm", "2 nm"], radius = "2 nm" } }')), "regions.channel.shapes[0].disc: it reaches to r < 0"),
    "no_extent": (plane(('x = ["0 nm", "40 nm"], ', ""), (_DISC, '{ rectangle = { y = ["1 nm", "2 nm"] } }')), 'regions.water.shapes: no shape says how far the domain reaches in x; a layer without x is as wide as the other shapes; give a rectangle its x, e.g. x = ["0 nm", "40 nm"]'),
    "painted_over": (patch(("[regions.channel]", '[regions.lid]\npermittivity = 2\nabsent = "all"\nshapes = [{ rectangle = { z = ["0 nm", "1 nm"] } }]\n[regions.channel]'), ('r = ["0 nm", "2 nm"], z = ["0 nm", "4 nm"]', 'z = ["0 nm", "4 nm"]'), ('absent = ["Cl"]', 'absent = "all"'), ('[study]\nmode = "open_circuit"\n', ""), ('[boundaries.high]', 'potential = "0 V"\n[boundaries.high]')), "regions.lid.shapes: nothing of it is left: later regions are painted over it"),
    # ---------------------------------------------------------------- pieces of boundaries and interfaces
    "piece_of_wrong_letters": (plane((_BATH, 'on = [{ z = "20 nm" }]')), 'boundaries.bath.on[0].z = "20 nm": coordinates = "planar" have no z; coordinates here: x, y; write y'),
    "piece_without_a_place": (plane((_BATH, "on = [{}]")), "boundaries.bath.on[0]: gives no place; allowed: one place of x or y, from and to, or a circle"),
    "piece_is_a_point": (plane((_BATH, 'on = [{ y = "20 nm", x = "0 nm" }]')), "boundaries.bath.on[0]: is a point; allowed: one place of x or y, and a range of the other"),
    "piece_is_an_area": (plane((_BATH, 'on = [{ y = ["19 nm", "20 nm"] }]')), "boundaries.bath.on[0]: has no fixed coordinate; allowed: one place of x or y"),
    "piece_of_two_kinds": (plane((_BATH, 'on = [{ y = "20 nm", from = ["0 nm", "20 nm"], to = ["40 nm", "20 nm"] }]')), "boundaries.bath.on[0]: gives more than one of them"),
    "piece_without_an_end": (plane((_BATH, 'on = [{ from = ["0 nm", "20 nm"] }]')), "boundaries.bath.on[0].to: is missing; an oblique piece has two ends: from and to"),
    "piece_of_no_length": (plane((_BATH, 'on = [{ from = ["0 nm", "20 nm"], to = ["0 nm", "20 nm"] }]')), "boundaries.bath.on[0]: begins where it ends"),
    "piece_outside": (plane((_BATH, 'on = [{ y = "21 nm" }]')), "boundaries.bath.on[0]: lies outside the domain; the domain has x from 0 m to 40 nm, y from 0 m to 20 nm"),
    "piece_inside": (plane((_BATH, 'on = [{ y = "18 nm" }]')), "boundaries.bath.on[0]: lies inside the domain, not on its edge"),
    "piece_too_long": (plane(('x = ["0 nm", "20 nm"]', 'x = ["20 nm", "60 nm"]')), "boundaries.electrode.on[0]: lies on the outer boundary only in part (50 %)"),
    "pieces_overlap": (plane((_BATH, _BATH[:-1] + ', { y = "0 nm" }]')), "boundaries.bath.on[1]: overlaps boundaries.electrode.on[0]; each part of the outer boundary is in one boundary"),
    "boundary_on_the_axis": (patch(('on = [{ z = "24 nm" }]', 'on = [{ z = "24 nm" }, { r = "0 nm" }]')), 'boundaries.high.on[1]: is the axis, where no boundary has an area; the axis is of type "symmetry" without being named; remove it'),
    "interface_elsewhere": (plane(("surface_charge =", 'on = [{ y = "1 nm" }]\nsurface_charge =')), "interfaces.surface.on[0]: does not lie between water and particle"),
    "regions_do_not_touch": (PATCH + '[interfaces.face]\nbetween = ["cytosol", "outside"]\nsurface_charge = "1 mC/m^2"\n', 'interfaces.face.between = ["cytosol", "outside"]: the two regions are not neighbours; neighbours: cytosol, membrane; cytosol, channel; outside, membrane; outside, channel; membrane, channel'),
    "interface_of_one_region": (plane(('["water", "particle"]', '["water", "water"]')), 'interfaces.surface.between = ["water", "water"]: names one region twice'),
    # ---------------------------------------------------------------- points, lines, names
    "point_of_three": (plane(('at = ["20 nm", "0 nm"]', 'at = ["20 nm", "0 nm", "0 nm"]')), 'points.edge.at = ["20 nm", "0 nm", "0 nm"]: expected a point: a list of two lengths'),
    "point_in_no_region": (plane(('at = ["20 nm", "0 nm"]', 'at = ["20 nm", "-1 nm"]')), 'points.edge.at = ["20 nm", "-1 nm"]: lies in no region; the domain has x from 0 m'),
    "point_left_of_the_axis": (PATCH + '[points.here]\nat = ["-1 nm", "2 nm"]\n', 'points.here.at = ["-1 nm", "2 nm"]: its r is negative; allowed: r from 0'),
    "line_of_no_length": (plane(('to = ["20 nm", "20 nm"]', 'to = ["20 nm", "0 nm"]')), "lines.middle: begins where it ends"),
    "line_without_an_end": (plane(('to = ["20 nm", "20 nm"]\n', "")), 'lines.middle.to: is missing; Where it ends; add to = ["0 nm", "20 nm"]'),
    "point_named_as_a_boundary": (plane(("[points.edge]", "[points.bath]"), ('"edge", "bath"', '"electrode", "bath"')), "points.bath: is the name of a boundary, whose potential is reported anyway"),
    "difference_of_an_unknown_boundary": (plane(('"edge", "bath"', '"edge", "bat"')), 'potential_differences.drop = ["edge", "bat"]: there is no point "bat"; point names: electrode, bath, edge; did you mean "bath"?'),
    "inside_at_no_boundary": (patch(('inside = "cytosol"', 'inside = "membrane"')), 'inside = "membrane": touches no reservoir and no electrode; allowed, regions at exactly one reservoir or electrode: cytosol, outside; name one of these'),
    "inside_at_two_boundaries": (plane(('coordinates = "planar"', 'coordinates = "planar"\ninside = "water"')), 'inside = "water": touches electrode and bath; allowed, regions at exactly one reservoir or electrode: none; remove it'),
    # ---------------------------------------------------------------- what the boundaries hold
    "reservoir_lacks_a_species_there": (plane(('K = "0.1 mol/L", Cl = "0.1 mol/L"', 'K = "0.1 mol/L"')), 'boundaries.bath.concentrations = {…}: no concentration for Cl; a reservoir has one for every species of the region water there; add balance = "Cl" to boundaries.bath'),
    "reservoir_at_a_dielectric_there": (patch(("on = [{ z = \"24 nm\" }]", 'on = [{ r = "20 nm", z = ["0 nm", "4 nm"] }]')), 'boundaries.high.type = "reservoir": no species can enter the region membrane there, so nothing can come from a reservoir'),
    "absent_species_at_a_boundary": (patch(('z = ["4 nm", "24 nm"] } }]', 'z = ["4 nm", "24 nm"] } }]\nabsent = ["Cl"]'), ('K = "5 mmol/L", Cl = "5 mmol/L"', 'K = "0 mmol/L", Cl = "0 mmol/L"')), '"Cl" is absent from the region outside there; present there: K; remove it, or take Cl out of regions.outside.absent'),
    "nothing_floats_anywhere": (patch(("[boundaries.high]", 'potential = "1 V"\n[boundaries.high]')), 'study.mode = "open_circuit": all reservoirs and electrodes have a given potential, none floats'),
    "two_float": (patch(("[study]", '[boundaries.side]\ntype = "reservoir"\nconcentrations = { K = "5 mmol/L", Cl = "5 mmol/L" }\non = [{ r = "20 nm", z = ["4 nm", "24 nm"] }]\n[study]')), 'study.mode = "open_circuit": the potentials of low and side float; mode = "open_circuit" has exactly one reservoir or electrode without potential'),
    "one_terminal": (patch(('potential = "0 V"\nconcentrations = { K = "5 mmol/L", Cl = "5 mmol/L" }', ""), ('[boundaries.high]\ntype = "reservoir"', '[boundaries.high]\ntype = "wall"')), 'study.mode = "open_circuit": a current can pass one boundary only, low; needs a reservoir or an electrode at two boundaries or more'),
    "no_way_for_a_current": (patch(('absent = ["Cl"]', 'absent = "all"')), 'study.mode = "open_circuit": nothing carries a current to the boundary low: K cannot enter membrane; Cl cannot enter membrane; needs an ion present all the way from another boundary, held at both'),
    "cut_off_in_a_plane": (patch(('[boundaries.low]\ntype = "reservoir"\nconcentrations = { K = "140 mmol/L", Cl = "140 mmol/L" }', '[boundaries.low]\ntype = "electrode"\npotential = "1 V"'), ('mode = "open_circuit"', 'mode = "fixed_voltage"')), "species.Cl: is cut off in cytosol: regions it cannot enter part it from the rest"),
    "charged_closed_plane": (CLOSED.replace("-4.82426660615e-3", "-5e-3"), "boundaries: the potential floats: nothing fixes it, and the closed cell has a charge of"),
    # ---------------------------------------------------------------- expressions and sweeps
    "expression_of_a_stack_in_a_plane": (plane((_CHARGE, _CHARGE + 'fixed_charge = "1 M * xi"\n')), 'regions.water.fixed_charge = "1 M * xi": coordinates = "planar" have no xi; variables here: x, y'),
    "expression_of_a_plane_in_a_stack": (membrane(("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "1 M * exp(-y / 1 nm)"\n')), 'regions.membrane.fixed_charge = "1 M * exp(-y / 1 nm)": coordinates = "cartesian" have no y; variables here: x (from the left end of the stack), xi (0 to 1 across the region)'),
    "expression_diverges_in_a_plane": (patch((_CHARGE, _CHARGE + 'fixed_charge = "1 M * log(-z / (10 nm) - 1)"\n')), "regions.cytosol.fixed_charge = \"1 M * log(-z / (10 nm) - 1)\": is not a finite number at r = "),
    "expression_is_absurd_in_a_plane": (patch((_CHARGE, _CHARGE + 'fixed_charge = "1 M * (r / 1 nm)**2"\n')), "too large to be meant; allowed: -100 mol/L to 100 mol/L; check its units; lengths are in m"),
    "sweep_of_a_missing_entry": (PLANE + '[sweep]\nkey = "regions.particle.shapes[1].disc.radius"\nvalues = ["1 nm"]\n', "regions.particle.shapes[1] is no entry of the list regions.particle.shapes; entries: regions.particle.shapes[0] to regions.particle.shapes[0]"),
    "sweep_of_a_shape_out_of_place": (PLANE + '[sweep]\nkey = "boundaries.bath.on[0].y"\nvalues = ["20 nm", "30 nm"]\n', 'sweep.values[1]: the value "30 nm" makes a wrong case: boundaries.bath.on[0]: lies outside the domain'),
}  # fmt: skip
