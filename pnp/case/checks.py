"""Checks that need the whole case: names that refer to each other, and keys that belong together.

Each check is one function from the case to its findings; what the physics asks is in ``checks_physics``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pnp.case.checks_geometry import curved_faces, points
from pnp.case.checks_sweep import sweep_form
from pnp.case.errors import Problem
from pnp.case.keypath import Path
from pnp.case.names import unknown_name

if TYPE_CHECKING:
    from pnp.case.case import Case

Check = Callable[["Case"], Iterable[Problem]]


def reference_problems(case: Case) -> list[Problem]:
    """What the checks of this file find in a case whose tables are valid one by one."""
    missing = list(both_boundaries(case))
    if missing:
        return missing
    return [p for check in REFERENCE_CHECKS for p in check(case)]


def species_names(case: Case) -> Iterator[Problem]:
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


def region_names(case: Case) -> Iterator[Problem]:
    """Regions named by points, interfaces and ``inside`` exist, and lie where they must."""
    names = list(case.regions)
    for p, point in case.points.items():
        if point.region not in case.regions:
            yield unknown_name(("points", p, "region"), point.region, "regions", names)
    for i, interface in case.interfaces.items():
        path: Path = ("interfaces", i, "between")
        unknown = [r for r in interface.between if r not in case.regions]
        for r in unknown:
            yield unknown_name(path, r, "regions", names)
        pairs = list(itertools.pairwise(names))
        if not unknown and interface.between not in pairs and interface.between[::-1] not in pairs:
            listed = "; ".join(f"{a}, {b}" for a, b in pairs) or "none, there is one region"
            yield Problem(path, "the two regions are not neighbours", f"neighbours: {listed}", "name two that touch")
    if case.inside is not None:
        ends = list(dict.fromkeys([names[0], names[-1]]))
        if case.inside not in case.regions:
            yield unknown_name(("inside",), case.inside, "regions", ends)
        elif len(ends) == 1:
            yield Problem(
                ("inside",),
                "there is one region, which is at both ends",
                "allowed: with two regions or more",
                "remove it",
            )
        elif case.inside not in ends:
            yield Problem(
                ("inside",),
                "is not at an end of the stack",
                f"allowed: {', '.join(ends)}",
                "name the first or the last region",
            )


def both_boundaries(case: Case) -> Iterator[Problem]:
    """Left and right are both there."""
    for side in ("left", "right"):
        if side not in case.boundaries:
            yield Problem(
                ("boundaries", side),
                "is missing",
                "a stack has two ends: left and right",
                f'add [boundaries.{side}] with e.g. type = "wall"',
                stand_in={"type": "symmetry"},
            )


def exclusive_region_keys(case: Case) -> Iterator[Problem]:
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


def boundary_keys(case: Case) -> Iterator[Problem]:
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


def species_conditions(case: Case) -> Iterator[Problem]:
    """Each condition of one species at a boundary is exactly one, for a species that is there."""
    for b, boundary in case.boundaries.items():
        end = case.end_region(b)
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
            if s in case.species and not case.present(end, s):
                yield _absent_at_end(case, path, s, end)
            if boundary.type == "reservoir" and condition.concentration is not None:
                yield Problem(
                    (*path, "concentration"),
                    "a reservoir's concentrations are not set per species",
                    "allowed here: flux, blocked",
                    f"give it in boundaries.{b}.concentrations",
                    uses=(("boundaries", b, "type"),),
                )


def _absent_at_end(case: Case, path: Path, species: str, end: str) -> Problem:
    return Problem(
        path,
        f'"{species}" is absent from the end region {end}',
        f"present there: {_listed(case, end)}",
        f"remove it, or take {species} out of regions.{end}.absent",
        uses=(("regions", end, "absent"),),
    )


def reservoir_species(case: Case) -> Iterator[Problem]:
    """A reservoir gives a concentration for exactly the species present in its end region."""
    for b, boundary in case.boundaries.items():
        if boundary.type != "reservoir":
            continue
        end = case.end_region(b)
        path: Path = ("boundaries", b, "concentrations")
        uses: tuple[Path, ...] = (("boundaries", b), ("regions", end, "absent"), ("species",))
        present = [s for s in case.species if case.present(end, s)]
        if not present:
            yield Problem(
                ("boundaries", b, "type"),
                f"no species can enter the end region {end}, so nothing can come from a reservoir",
                'allowed at a dielectric: "electrode", "wall", "symmetry"',
                f"change it, or regions.{end}.absent",
                uses=uses,
                stand_in="symmetry",
            )
            continue
        given = boundary.concentrations or {}
        for s in given:
            if s in case.species and s not in present:
                yield _absent_at_end(case, (*path, s), s, end)
        missing = [s for s in present if s not in given and s != boundary.balance]
        # A misspelt balance is reported by itself; which concentration it leaves out is then unknown.
        if missing and (boundary.balance is None or boundary.balance in case.species):
            yield Problem(
                path,
                f"no concentration for {', '.join(missing)}",
                "a reservoir has one for every species of its end region",
                _addition(case, b, given, missing),
                uses=uses,
                stand_in=dict.fromkeys(present, "1 mmol/L"),
            )
        balance = boundary.balance
        if balance in case.species and balance not in present:
            yield _absent_at_end(case, ("boundaries", b, "balance"), balance, end)


def _addition(case: Case, side: str, given: Mapping[str, float], missing: list[str]) -> str:
    """What to add to a bath without some concentrations: the counter-ion by `balance` where neutrality needs it."""
    charge = sum(case.species[s].charge_number * c for s, c in given.items() if s in case.species)
    free = case.boundaries["left" if side == "left" else "right"].balance is None
    counter = next((s for s in missing if free and case.species[s].charge_number * charge < 0), None)
    zero = ", ".join(f'{s} = "0 mol/L"' for s in missing if s != counter)
    if counter is None:
        return f"add e.g. {zero} (zero is legal)"
    balance = f'add balance = "{counter}" to boundaries.{side}, which is then neutral'
    return f"{balance}; and e.g. {zero} (zero is legal)" if zero else balance


def study_keys(case: Case) -> Iterator[Problem]:
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


def flux_degree(case: Case) -> Iterator[Problem]:
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
    region_names,
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
