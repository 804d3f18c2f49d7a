"""Checks that need the whole case: names that refer to each other, and keys that belong together.

Each check is one function from the case to its findings; what the physics asks is in ``checks_physics``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pnp.case.checks_form import form_problems
from pnp.case.checks_geometry import curved_faces, inside, interfaces, points
from pnp.case.checks_places import place_problems, regions_in_place
from pnp.case.checks_shapes import key_problems, shape_uses
from pnp.case.checks_sweep import sweep_form
from pnp.case.errors import Problem, paths_of
from pnp.case.keypath import Path
from pnp.case.layout import Layout
from pnp.case.names import held_by, unknown_name
from pnp.expression_parser import VARIABLES
from pnp.expressions import Expression

if TYPE_CHECKING:
    from pnp.case.case import Case

Check = Callable[["Case", Layout], Iterable[Problem]]

_MEANING: Final[dict[str, str]] = {
    "cartesian": "x (from the left end of the stack), xi (0 to 1 across the region)",
    "cylindrical": "x (the radius), xi (0 to 1 across the region)",
    "spherical": "x (the radius), xi (0 to 1 across the region)",
    "planar": "x, y",
    "axisymmetric": "r (from the axis), z (along it)",
}
"""Variables of expressions by coordinates."""


def reference_problems(case: Case, layout: Layout | None = None) -> list[Problem]:
    """What is found in a case whose tables are valid one by one: its keys, then where things lie, then references.

    Args:
        case: The case.
        layout: What a mesh tells of it; None for what is known without one.
    """
    found = form_problems(case)
    if not any(p.blocks for p in found):
        found += key_problems(case)
    if any(p.blocks for p in found):
        return found
    found += place_problems(case)
    known, wrong = layout if layout is not None else case.layout, paths_of(found)
    later = [p for check in REFERENCE_CHECKS for p in check(case, known)]
    return found + [p for p in later if not p.rests_on(wrong)]


def species_names(case: Case, layout: Layout) -> Iterator[Problem]:
    """Every species named anywhere exists."""
    places: list[tuple[Path, str]] = []
    for r, region in case.regions.items():
        if region.absent != "all":
            places += [(("regions", r, "absent"), s) for s in region.absent]
        places += [(("regions", r, "species", s), s) for s in region.species]
    for b, boundary in case.boundaries.items():
        places += [(("boundaries", b, "concentrations", s), s) for s in boundary.concentrations or {}]
        places += [(("boundaries", b, "species", s), s) for s in boundary.species]
        if boundary.balance is not None:
            places.append((("boundaries", b, "balance"), boundary.balance))
    for path, s in places:
        if s not in case.species:
            yield unknown_name(path, s, "species", case.species)


def exclusive_region_keys(case: Case, layout: Layout) -> Iterator[Problem]:
    """Keys of a species in a region that exclude each other, or that an absent species cannot have."""
    for r, region in case.regions.items():
        for s, own in region.species.items():
            path: Path = ("regions", r, "species", s)
            for a, b in (("diffusivity", "permeability"), ("partition_coefficient", "standard_potential")):
                if getattr(own, a) is not None and getattr(own, b) is not None:
                    yield Problem(path, f"{a} and {b} are both given", "allowed: one of them", "remove one", show=False)
            if s in case.species and not case.present(r, s):
                yield Problem(
                    path,
                    f'"{s}" is absent from this region',
                    f"present: {_listed(case, r)}",
                    f"remove this table, or take {s} out of regions.{r}.absent",
                    uses=(("regions", r, "absent"),),
                    show=False,
                )


def _listed(case: Case, region: str) -> str:
    return ", ".join(s for s in case.species if case.present(region, s)) or "none"


def boundary_keys(case: Case, layout: Layout) -> Iterator[Problem]:
    """Keys of a boundary that its type does not have."""
    allowed = {
        "reservoir": ("concentrations", "balance", "potential", "species"),
        "electrode": ("potential", "species"),
        "wall": ("surface_charge", "species"),
        "symmetry": (),
    }
    for b, boundary in case.boundaries.items():
        given = [
            k for k in ("concentrations", "balance", "potential", "surface_charge") if getattr(boundary, k) is not None
        ]
        given += ["species"] if boundary.species else []
        for key in given:
            if key not in allowed[boundary.type]:
                types = " or ".join(f'"{t}"' for t, keys in allowed.items() if key in keys)
                a_type = f"{'an' if boundary.type == 'electrode' else 'a'} {boundary.type}"
                has = ", ".join(allowed[boundary.type]) or "none besides type"
                yield Problem(
                    ("boundaries", b, key),
                    f"{a_type} has no {key}",
                    f"keys of {a_type}: {has}",
                    f"remove it, or use type = {types}",
                    uses=(("boundaries", b, "type"),),
                )


def where(case: Case, regions: Iterable[str]) -> str:
    """The regions at a boundary, for messages."""
    names = list(regions)
    if case.is_stack:
        return f"the end region {names[0]}"
    return f"the region {names[0]} there" if len(names) == 1 else f"the regions {', '.join(names)} there"


def _present(case: Case, regions: Iterable[str]) -> list[str]:
    """Species that can enter one of some regions."""
    return [s for s in case.species if any(case.present(r, s) for r in regions)]


def species_conditions(case: Case, layout: Layout) -> Iterator[Problem]:
    """Each condition of one species at a boundary is exactly one, for a species that is there."""
    for b, boundary in case.boundaries.items():
        ends = layout.boundary_regions.get(b)
        for s, condition in boundary.species.items():
            path: Path = ("boundaries", b, "species", s)
            given = [k for k in ("concentration", "flux", "blocked") if getattr(condition, k) is not None]
            if len(given) != 1:
                problem = f"gives {' and '.join(given)}" if given else "gives no condition"
                yield Problem(
                    path,
                    problem,
                    "allowed: exactly one of concentration, flux, blocked",
                    "keep one" if given else "add one",
                    show=False,
                )
            if s in case.species and ends is not None and s not in _present(case, ends):
                yield _absent_there(case, path, s, ends)
            if boundary.type == "reservoir" and condition.concentration is not None:
                yield Problem(
                    (*path, "concentration"),
                    "a reservoir's concentrations are not set per species",
                    "allowed here: flux, blocked",
                    f"give it in boundaries.{b}.concentrations",
                    uses=(("boundaries", b, "type"),),
                )


def _absent_there(case: Case, path: Path, species: str, ends: Sequence[str]) -> Problem:
    return Problem(
        path,
        f'"{species}" is absent from {where(case, ends)}',
        f"present there: {', '.join(_present(case, ends)) or 'none'}",
        f"remove it, or take {species} out of regions.{ends[0]}.absent",
        uses=(*_regions_there(case, str(path[1]), ends),),
    )


def _regions_there(case: Case, boundary: str, ends: Iterable[str]) -> tuple[Path, ...]:
    """What a finding on the regions at a boundary rests on."""
    places = () if case.is_stack else (*shape_uses(case), ("boundaries", boundary, "on"))
    return (*places, *(("regions", r, "absent") for r in ends))


def reservoir_species(case: Case, layout: Layout) -> Iterator[Problem]:
    """A reservoir gives a concentration for exactly the species present in the regions there."""
    for b, boundary in case.boundaries.items():
        ends = layout.boundary_regions.get(b)
        if boundary.type != "reservoir" or ends is None:
            continue
        path: Path = ("boundaries", b, "concentrations")
        uses: tuple[Path, ...] = (*held_by(b), ("species",), *_regions_there(case, b, ends))
        present = _present(case, ends)
        if not present:
            yield Problem(
                ("boundaries", b, "type"),
                f"no species can enter {where(case, ends)}, so nothing can come from a reservoir",
                'allowed at a dielectric: "electrode", "wall", "symmetry"',
                f"change it, or regions.{ends[0]}.absent",
                uses=uses,
                stand_in="symmetry",
            )
            continue
        given = boundary.concentrations or {}
        for s in given:
            if s in case.species and s not in present:
                yield _absent_there(case, (*path, s), s, ends)
        missing = [s for s in present if s not in given and s != boundary.balance]
        # A misspelt balance is reported by itself; which concentration it leaves out is then unknown.
        if missing and (boundary.balance is None or boundary.balance in case.species):
            yield Problem(
                path,
                f"no concentration for {', '.join(missing)}",
                f"a reservoir has one for every species of {'its end region' if case.is_stack else where(case, ends)}",
                _addition(case, b, given, missing),
                uses=uses,
                stand_in=dict.fromkeys(present, "1 mmol/L"),
            )
        balance = boundary.balance
        if balance in case.species and balance not in present:
            yield _absent_there(case, ("boundaries", b, "balance"), balance, ends)


def _addition(case: Case, side: str, given: Mapping[str, float], missing: list[str]) -> str:
    """What to add to a bath without some concentrations: the counter-ion by `balance` where neutrality needs it."""
    charge = sum(case.species[s].charge_number * c for s, c in given.items() if s in case.species)
    free = case.boundaries[side].balance is None
    counter = next((s for s in missing if free and case.species[s].charge_number * charge < 0), None)
    zero = ", ".join(f'{s} = "0 mol/L"' for s in missing if s != counter)
    if counter is None:
        return f"add e.g. {zero} (zero is legal)"
    balance = f'add balance = "{counter}" to boundaries.{side}, which is then neutral'
    return f"{balance}; and e.g. {zero} (zero is legal)" if zero else balance


def study_keys(case: Case, layout: Layout) -> Iterator[Problem]:
    """A current density goes with mode current, and only with it."""
    study = case.study
    if study.mode == "current" and study.current_density is None:
        yield Problem(
            ("study", "current_density"),
            "is missing",
            'mode = "current" needs it',
            'add e.g. current_density = "10 A/m^2"',
            stand_in="0 A/m^2",
        )
    if study.mode != "current" and study.current_density is not None:
        yield Problem(
            ("study", "current_density"),
            f'mode = "{study.mode}" prescribes no current',
            'allowed with mode = "current"',
            'remove it, or set mode = "current"',
            uses=(("study", "mode"),),
        )


def variables(case: Case, layout: Layout) -> Iterator[Problem]:
    """Expressions contain the variables of the case's coordinates."""
    for r, region in case.regions.items():
        if not isinstance(region.fixed_charge, Expression):
            continue
        wrong = [v for v in VARIABLES if v in region.fixed_charge.variables and v not in case.variables]
        for name in wrong:
            meaning = _MEANING[case.coordinates]
            yield Problem(
                ("regions", r, "fixed_charge"),
                f'coordinates = "{case.coordinates}" have no {name}',
                f"variables here: {meaning}",
                "write it by these",
                uses=(("coordinates",),),
            )


def flux_degree(case: Case, layout: Layout) -> Iterator[Problem]:
    """The edge-averaged flux exists for degree 1 only."""
    if case.solver.flux == "edge_averaged" and case.solver.degree > 1:
        yield Problem(
            ("solver", "degree"),
            'flux = "edge_averaged" has degree 1',
            "allowed: 1",
            'set degree = 1, or flux = "galerkin"',
            uses=(("solver", "flux"),),
        )


REFERENCE_CHECKS: Final[tuple[Check, ...]] = (
    species_names,
    interfaces,
    inside,
    regions_in_place,
    variables,
    exclusive_region_keys,
    boundary_keys,
    species_conditions,
    reservoir_species,
    study_keys,
    points,
    flux_degree,
    curved_faces,
    sweep_form,
)
