"""Wrong case files, each an edit of a right one, with the distinguishing part of the message it must give.

``WRONG`` maps a name to (TOML text, part of the message). Other tests and the command line's tests use it too.
"""

# ruff: noqa: E501 - the table reads best with a case in a line

from __future__ import annotations

MEMBRANE = """\
title = "Potassium membrane"
temperature = "310.15 K"
inside = "cytosol"

[species.K]
charge_number = 1
diffusivity = "1.957e-9 m^2/s"
[species.Cl]
charge_number = -1
diffusivity = "2.032e-9 m^2/s"

[regions.cytosol]
thickness = "50 nm"
permittivity = 78.49
[regions.membrane]
thickness = "4 nm"
permittivity = 2
absent = ["Cl"]
[regions.membrane.species.K]
partition_coefficient = 1e-3
[regions.outside]
thickness = "50 nm"
permittivity = 78.49

[boundaries.left]
type = "reservoir"
concentrations = { K = "140 mmol/L", Cl = "140 mmol/L" }
[boundaries.right]
type = "reservoir"
concentrations = { K = "5 mmol/L", Cl = "5 mmol/L" }
potential = "0 V"

[study]
mode = "open_circuit"

[points.middle]
region = "membrane"
position = "2 nm"
"""

CELL = """\
[species.Na]
charge_number = 1
diffusivity = "1.334e-9 m^2/s"
[species.Cl]
charge_number = -1
diffusivity = "2.032e-9 m^2/s"

[regions.water]
thickness = "100 nm"
permittivity = 78.49
[regions.water.species.Na]
initial_concentration = "10 mmol/L"
[regions.water.species.Cl]
initial_concentration = "10 mmol/L"

[boundaries.left]
type = "wall"
[boundaries.right]
type = "wall"
"""


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with each first occurrence of a piece replaced; every piece must be there."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def membrane(*edits: tuple[str, str]) -> str:
    """The potassium membrane, edited."""
    return edited(MEMBRANE, *edits)


def cell(*edits: tuple[str, str]) -> str:
    """The closed cell, edited."""
    return edited(CELL, *edits)


D_K = '"1.957e-9 m^2/s"'
OPEN = '[study]\nmode = "open_circuit"\n'
SWEEP = '\n[sweep]\nkey = "boundaries.right.potential"\n'

WRONG: dict[str, tuple[str, str]] = {
    # ---------------------------------------------------------------- the text itself
    "unit_without_quotes": (
        membrane(('"4 nm"', "4 nm")),
        'line 16, column 15: Expected newline or end of document after a statement; the line is: thickness = 4 nm; '
        'a value with a unit is a text in quotes: "4 nm"',
    ),
    "word_without_quotes": (membrane(('"reservoir"', "reservoir")), 'a text needs quotes: "reservoir"'),
    "key_twice": (membrane(("permittivity = 2\n", "permittivity = 2\npermittivity = 3\n")), "give each key and each table once"),
    "unclosed_text": (membrane(('"50 nm"', '"50 nm')), 'the line is: thickness = "50 nm; a quote is missing'),
    # ---------------------------------------------------------------- keys
    "unknown_key": (
        membrane(("diffusivity", "difusivity")),
        f"species.K.difusivity = {D_K}: unknown key; keys of species.K: charge_number, diffusivity; did you mean \"diffusivity\"?",
    ),
    "unknown_table": (membrane(("[study]", "[studies]")), "studies = {…}: unknown key; keys of a case: title, temperature"),
    "missing_thickness": (membrane(('thickness = "4 nm"\n', "")), 'regions.membrane.thickness: is missing; Thickness along the axis; add thickness = "4 nm"'),
    "missing_charge_number": (membrane(("charge_number = 1\n", "")), "species.K.charge_number: is missing"),
    "missing_boundary": (
        membrane(('[boundaries.left]\ntype = "reservoir"\nconcentrations = { K = "140 mmol/L", Cl = "140 mmol/L" }\n', "")),
        "boundaries.left: is missing; a stack has two ends",
    ),
    "missing_species": (cell((CELL[: CELL.index("[regions.water]")], "")), "species: is missing; The dissolved species, by name"),
    "boundary_renamed": (membrane(("[boundaries.left]", "[boundaries.bottom]")), "boundaries.bottom = {…}: is no boundary"),
    # ---------------------------------------------------------------- values and units
    "wrong_dimension": (
        membrane(('"4 nm"', '"4 mV"')),
        'regions.membrane.thickness = "4 mV": the unit "mV" is not that of a length; expected a length with its unit, e.g. "4 nm"',
    ),
    "bare_number": (
        membrane(('"4 nm"', "4")),
        'regions.membrane.thickness = 4: is a bare number without a unit; allowed units: nm, µm, mm, cm, m, Å; write e.g. "4 nm"',
    ),
    "bare_number_in_si": (membrane(('"4 nm"', "4e-9")), 'regions.membrane.thickness = 4e-09: is a bare number without a unit; allowed units: nm, µm, mm, cm, m, Å; write e.g. "4e-09 m"'),
    "bare_position_in_si": (membrane(('"2 nm"', "2e-9")), 'points.middle.position = 2e-09: is a bare number without a unit; allowed units: nm, µm, mm, cm, m, Å; write e.g. "2e-09 m"'),
    "text_in_si_without_unit": (membrane(('"4 nm"', '"4e-9"')), 'write e.g. "4e-9 m"'),
    "bare_temperature": (membrane(('"310.15 K"', "37")), 'write e.g. "37 degC"'),
    "bare_concentration": (membrane(('K = "140 mmol/L", Cl', 'K = 0.001, Cl')), 'write e.g. "0.001 mol/L"'),
    "unit_of_one_wrong_letter": (membrane(('"4 nm"', '"4 nn"')), 'unknown unit "nn"; expected a length with its unit, e.g. "4 nm"; did you mean "nm"?'),
    "unknown_unit": (membrane(("140 mmol/L", "140 mMol/L")), 'unknown unit "mMol"; expected a concentration with its unit, e.g. "140 mmol/L"; did you mean "mmol"?'),
    "text_without_unit": (membrane(('"50 nm"', '"50"')), 'regions.cytosol.thickness = "50": has no unit'),
    "decimal_comma": (membrane(("310.15 K", "310,15 K")), 'temperature = "310,15 K": is not one number and a unit'),
    "not_a_number": (membrane(('"0 V"', '"nan V"')), 'boundaries.right.potential = "nan V": is not a finite number'),
    "infinite_permittivity": (membrane(("permittivity = 2\n", "permittivity = inf\n")), "regions.membrane.permittivity = inf: is not a finite number"),
    "negative_diffusivity": (
        membrane((D_K, '"-1.957e-9 m^2/s"')),
        'species.K.diffusivity = "-1.957e-9 m^2/s": must be positive; allowed: 1e-30 m^2/s to 1e-3 m^2/s; check the sign',
    ),
    "zero_thickness": (membrane(('"4 nm"', '"0 nm"')), 'regions.membrane.thickness = "0 nm": must be positive'),
    "negative_concentration": (membrane(('K = "5 mmol/L"', 'K = "-5 mmol/L"')), 'boundaries.right.concentrations.K = "-5 mmol/L": must not be negative'),
    "celsius_as_kelvin": (membrane(("310.15 K", "37 K")), 'temperature = "37 K": is too small to be meant; allowed: 200 K to 1000 K'),
    "absurd_concentration": (membrane(("140 mmol/L", "140 kmol/L")), 'boundaries.left.concentrations.K = "140 kmol/L": is too large to be meant; allowed: 0 mol/L to 100 mol/L'),
    "absurd_potential": (membrane(('"0 V"', '"70 kV"')), 'boundaries.right.potential = "70 kV": is too large to be meant; allowed: -1000 V to 1000 V'),
    "absurd_thickness": (membrane(('"4 nm"', '"4 km"')), 'regions.membrane.thickness = "4 km": is too large to be meant; allowed: 0.01 nm to 1 m'),
    "absurd_permittivity": (membrane(("permittivity = 2\n", "permittivity = 0.5\n")), "regions.membrane.permittivity = 0.5: is out of range for a relative permittivity; allowed: 1 to 1e5"),
    "absurd_charge_number": (membrane(("charge_number = 1\n", "charge_number = 19\n")), "species.K.charge_number = 19: is out of range for a charge number; allowed: whole numbers -10 to 10"),
    "broken_charge_number": (membrane(("charge_number = 1\n", "charge_number = 1.5\n")), "species.K.charge_number = 1.5: expected a charge number: a whole number"),
    "permittivity_as_text": (membrane(("permittivity = 2\n", 'permittivity = "2"\n')), 'regions.membrane.permittivity = "2": is a text, expected a relative permittivity'),
    "illegal_name": (membrane(("[points.middle]", '[points."the middle"]')), 'points."the middle" = {…}: is not a legal name'),
    "unknown_boundary_type": (membrane(('type = "reservoir"', 'type = "resevoir"')), 'boundaries.left.type = "resevoir": is not one of the choices; allowed: "reservoir", "electrode", "wall", "symmetry"; did you mean "reservoir"?'),
    # ---------------------------------------------------------------- coordinates
    "unknown_coordinates": ('coordinates = "sphericle"\n' + MEMBRANE, 'coordinates = "sphericle": is not one of the choices; allowed: "cartesian", "cylindrical", "spherical", "planar", "axisymmetric"; did you mean "spherical"?'),
    "radius_of_a_plane": ('inner_radius = "2 nm"\n' + MEMBRANE, 'inner_radius = "2 nm": coordinates = "cartesian" have no radius'),
    "reservoir_on_the_axis": ('coordinates = "cylindrical"\n' + MEMBRANE, 'boundaries.left.type = "reservoir": inner_radius = 0 puts the left end on the axis, where no boundary has an area; allowed: "symmetry"'),
    "negative_radius": ('coordinates = "spherical"\ninner_radius = "-1 nm"\n' + MEMBRANE, 'inner_radius = "-1 nm": must not be negative'),
    # ---------------------------------------------------------------- names
    "unknown_species": (
        membrane(('absent = ["Cl"]', 'absent = ["cl"]')),
        'regions.membrane.absent = ["cl"]: there is no species "cl"; species names: K, Cl; did you mean "Cl"?',
    ),
    "unknown_region": (membrane(('region = "membrane"', 'region = "membran"')), 'points.middle.region = "membran": there is no region "membran"; region names: cytosol, membrane, outside; did you mean "membrane"?'),
    "inside_is_no_end": (membrane(('inside = "cytosol"', 'inside = "membrane"')), 'inside = "membrane": is not at an end of the stack; allowed: cytosol, outside'),
    "regions_not_neighbours": (
        MEMBRANE + '[interfaces.face]\nbetween = ["cytosol", "outside"]\nsurface_charge = "1 mC/m^2"\n',
        'interfaces.face.between = ["cytosol", "outside"]: the two regions are not neighbours; neighbours: cytosol, membrane; membrane, outside',
    ),
    "unknown_point": (MEMBRANE + '[potential_differences]\ndrop = ["middle", "midle"]\n', 'potential_differences.drop = ["middle", "midle"]: there is no point "midle"; point names: left, right, middle'),
    # ---------------------------------------------------------------- keys that belong together
    "diffusivity_and_permeability": (
        membrane(("partition_coefficient = 1e-3", 'diffusivity = "1e-11 m^2/s"\npermeability = "1e-8 m/s"')),
        "regions.membrane.species.K: diffusivity and permeability are both given",
    ),
    "partition_and_standard_potential": (
        membrane(("partition_coefficient = 1e-3", 'partition_coefficient = 1e-3\nstandard_potential = "10 kJ/mol"')),
        "regions.membrane.species.K: partition_coefficient and standard_potential are both given",
    ),
    "absent_species_with_data": (membrane(("[regions.membrane.species.K]", "[regions.membrane.species.Cl]")), 'regions.membrane.species.Cl: "Cl" is absent from this region; present: K'),
    "wall_with_potential": (cell(('[boundaries.right]\ntype = "wall"', '[boundaries.right]\ntype = "wall"\npotential = "0 V"')), 'boundaries.right.potential = "0 V": a wall has no potential; keys of a wall: surface_charge, species; remove it, or use type = "reservoir" or "electrode"'),
    "two_conditions": (
        CELL + '[boundaries.right.species.Na]\nconcentration = "10 mmol/L"\nblocked = true\n',
        "boundaries.right.species.Na: gives concentration and blocked; allowed: exactly one of concentration, flux, blocked",
    ),
    "no_condition": (CELL + "[boundaries.right.species.Na]\n", "boundaries.right.species.Na: gives no condition"),
    "reservoir_lacks_a_species": (
        membrane(('{ K = "5 mmol/L", Cl = "5 mmol/L" }', '{ K = "5 mmol/L" }')),
        'boundaries.right.concentrations = {…}: no concentration for Cl; a reservoir has one for every species of its end region; add balance = "Cl" to boundaries.right, which is then neutral',
    ),
    "current_without_density": (membrane(('mode = "open_circuit"', 'mode = "current"')), "study.current_density: is missing; mode = \"current\" needs it"),
    "density_without_current": (membrane((OPEN, OPEN + 'current_density = "1 A/m^2"\n')), 'study.current_density = "1 A/m^2": mode = "open_circuit" prescribes no current'),
    "edge_averaged_degree": (MEMBRANE + "[solver]\ndegree = 2\n", 'solver.degree = 2: flux = "edge_averaged" has degree 1'),
    "transient": (membrane((OPEN, OPEN + 'type = "transient"\n')), 'study.type = "transient": no study of type "transient" yet; allowed: "steady"'),
    "point_outside_region": (membrane(('position = "2 nm"', 'position = "5 nm"')), 'points.middle.position = "5 nm": lies outside its region membrane; allowed: 0 m to 4 nm'),
    # ---------------------------------------------------------------- physics
    "not_electroneutral": (
        membrane(('Cl = "140 mmol/L"', 'Cl = "130 mmol/L"')),
        "boundaries.left.concentrations = {…}: is not electroneutral: the sum of charge number * concentration is +0.01 mol/L; "
        'balanced by Cl = "0.14 mol/L", or K = "0.13 mol/L"; balance = "Cl" in boundaries.left does it',
    ),
    "balance_of_the_wrong_sign": (
        membrane(('{ K = "5 mmol/L", Cl = "5 mmol/L" }', '{ Cl = "5 mmol/L" }\nbalance = "K"'), ("charge_number = 1", "charge_number = -1")),
        'so "K", negative too, cannot balance them; ions of the other sign here: none; declare one',
    ),
    "balance_unknown": (membrane(('{ K = "5 mmol/L", Cl = "5 mmol/L" }', '{ K = "5 mmol/L" }\nbalance = "CL"')), 'boundaries.right.balance = "CL": there is no species "CL"'),
    "no_permeant_species": (
        membrane(('absent = ["Cl"]', 'absent = ["K", "Cl"]'), ("[regions.membrane.species.K]\npartition_coefficient = 1e-3\n", "")),
        'regions.membrane.absent = ["K", "Cl"]: no species can enter this region; species: K, Cl; take one out, or write absent = "all"',
    ),
    "reservoir_at_a_dielectric": (membrane(('thickness = "50 nm"', 'thickness = "50 nm"\nabsent = "all"')), 'boundaries.left.type = "reservoir": no species can enter the end region cytosol'),
    "floating_at_fixed_voltage": (membrane((OPEN, "")), 'boundaries.left.potential: is missing, so the reservoir floats; mode = "fixed_voltage" fixes it'),
    "nothing_floats": (membrane(("[boundaries.right]", 'potential = "-70 mV"\n[boundaries.right]')), 'study.mode = "open_circuit": both boundaries have a given potential, none floats'),
    "everything_floats": (membrane(('potential = "0 V"\n', "")), "boundaries: the potential floats: neither boundary has one"),
    "charged_closed_cell": (
        cell(('type = "wall"\n', 'type = "wall"\nsurface_charge = "-10 mC/m^2"\n')),
        "boundaries: the potential floats: nothing fixes it, and the closed cell has a charge of -0.01 C/m^2",
    ),
    "held_ion_between_walls": (
        cell(('[regions.water.species.Na]\ninitial_concentration = "10 mmol/L"\n', "")) + '[boundaries.left.species.Na]\nconcentration = "10 mmol/L"\n',
        "a cell of two walls needs none only when no ion is held at a wall; held: Na",
    ),
    "nothing_carries_current": (
        membrane(('absent = ["Cl"]\n[regions.membrane.species.K]\npartition_coefficient = 1e-3', 'absent = "all"')),
        'study.mode = "open_circuit": nothing carries a current from end to end: K cannot enter membrane; Cl cannot enter membrane',
    ),
    "open_circuit_at_a_wall": (cell(('[boundaries.left]\ntype = "wall"', '[study]\nmode = "open_circuit"\n[boundaries.left]\ntype = "electrode"\npotential = "0 V"')), 'study.mode = "open_circuit": no current can pass the boundary right, a wall'),
    "closed_species_without_amount": (cell(('[regions.water.species.Na]\ninitial_concentration = "10 mmol/L"\n', ""), ('[boundaries.left]\ntype = "wall"', '[boundaries.left]\ntype = "electrode"\npotential = "0 V"')), "regions.water.species.Na.initial_concentration: is missing: no boundary fixes Na"),
    "initial_concentration_of_a_fixed_species": (membrane(("partition_coefficient = 1e-3", 'initial_concentration = "10 mM"')), 'regions.membrane.species.K.initial_concentration = "10 mM": has no effect: a boundary fixes K'),
    "flux_without_a_source": (
        cell(('[boundaries.left]\ntype = "wall"', '[boundaries.left]\ntype = "electrode"\npotential = "0 V"')) + '[boundaries.right.species.Na]\nflux = "1e-6 mol/m^2/s"\n',
        'boundaries.right.species.Na.flux = "1e-6 mol/m^2/s": a steady state needs Na to be fixed somewhere',
    ),
    "cut_off_species": (
        membrane(('absent = ["Cl"]\n[regions.membrane.species.K]\npartition_coefficient = 1e-3', 'absent = "all"'), (OPEN, ""),
                 ('[boundaries.left]\ntype = "reservoir"\nconcentrations = { K = "140 mmol/L", Cl = "140 mmol/L" }', '[boundaries.left]\ntype = "electrode"\npotential = "0 V"')),
        "species.K: is cut off in cytosol: regions it cannot enter part it from the rest",
    ),
    # ---------------------------------------------------------------- expressions
    "expression_is_code": (membrane(("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "__import__(\'os\')"\n')), 'unknown name "__import__" at character 1; allowed: numbers with units, x'),
    "expression_of_wrong_unit": (membrane(("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "1 mol * tanh(x / (2 nm))"\n')), "the expression has the unit mol; it needs mol/m^3 or C/m^3"),
    "expression_argument_with_unit": (membrane(("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "1 M * tanh(x)"\n')), "the argument of tanh has the unit m at character 7"),
    "expression_diverges": (membrane(("permittivity = 2\n", 'permittivity = 2\nfixed_charge = "1 M * log(x / (1 nm) - 52)"\n')), "is not a finite number at x = 50 nm"),
    # ---------------------------------------------------------------- sweeps
    "sweep_key_unknown": (MEMBRANE + '\n[sweep]\nkey = "boundaries.rigth.potential"\nvalues = ["1 mV"]\n', 'sweep.key = "boundaries.rigth.potential": "rigth" is no name in boundaries; names: left, right; did you mean "right"?'),
    "sweep_value_of_wrong_unit": (MEMBRANE + SWEEP + 'values = ["0 mV", "1 nm"]\n', 'sweep.values[1]: the value "1 nm" makes a wrong case: boundaries.right.potential = "1 nm": the unit "nm" is not that of a potential'),
    "sweep_of_coordinates": (MEMBRANE + SWEEP.replace("boundaries.right.potential", "coordinates") + 'values = ["cylindrical"]\n', '"coordinates" cannot be swept: results would change their meaning; make one case for each'),
    "sweep_without_values": (MEMBRANE + SWEEP, "sweep: has no values; allowed: values, or start, stop and points"),
    "sweep_log_through_zero": (MEMBRANE + SWEEP + 'start = "-1 V"\nstop = "1 V"\npoints = 3\nspacing = "log"\n', "a log range has an end at zero or ends of different signs"),
    "sweep_range_of_two_units": (MEMBRANE + SWEEP + 'start = "-1 V"\nstop = "1 nm"\npoints = 3\n', "start and stop have different units"),
}  # fmt: skip
