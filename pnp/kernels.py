"""Compiled kernels, kept for the life of the process: another mesh of the same element and terms is bound to them.

Kernels hold no number of a case and no mesh. Writing a form in UFL, differentiating it and finding its signature takes
several times as long as everything else in the set-up of a small mesh, so that it is done once for each kind of form.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dolfinx import fem
from mpi4py import MPI

from pnp import compat


@dataclass(frozen=True)
class Kernel:
    """A compiled form without data.

    Attributes:
        compiled: What the form compiler made: kernel, source, module.
        coefficients: Names of the coefficients it uses, in its order.
        constants: Names of its constants, in its order.
    """

    compiled: tuple[Any, Any, Any]
    coefficients: tuple[str, ...]
    constants: tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """What a kernel is bound to.

    Attributes:
        mesh: The mesh.
        space: The space of test and trial functions.
        functions: Coefficients by name.
        constants: Constants by name.
    """

    mesh: Any
    space: Any
    functions: Mapping[str, Any]
    constants: Mapping[str, Any]


_KEPT: dict[Hashable, tuple[Kernel, ...]] = {}


def forms(key: Hashable, make: Callable[[], Sequence[Any]], data: Data, cells: Any = None) -> tuple[Any, ...]:
    """Forms of one kind on a mesh: compiled the first time a process asks for the kind, bound from then on. Collective.

    Args:
        key: The kind; equal keys must mean equal kernels.
        make: Writes the UFL forms, with coefficients and constants of ``data``.
        data: The mesh and what lives on it.
        cells: Local cells to integrate over, in a form whose measure has the subdomain 1; None for all.
    """
    whole = _audience(data.mesh.comm), key
    if whole[0] and whole in _KEPT:
        return tuple(compat.bind_form(k.compiled, data, k.coefficients, k.constants, cells) for k in _KEPT[whole])
    made = [(form, fem.form(form)) for form in make()]
    if whole[0]:
        _KEPT[whole] = tuple(_kernel(form, compiled, data) for form, compiled in made)
    return tuple(compiled for _, compiled in made)


def _audience(comm: MPI.Comm) -> str:
    """Who compiles together, "" if unknown: whoever finds a kernel must not leave others alone with the compiler."""
    if comm.size == 1:
        return "one rank"
    return "all" if MPI.Comm.Compare(comm, MPI.COMM_WORLD) in (MPI.IDENT, MPI.CONGRUENT) else ""


def _kernel(form: Any, compiled: Any, data: Data) -> Kernel:
    functions = {id(f): name for name, f in data.functions.items()}
    constants = {id(c): name for name, c in data.constants.items()}
    ufcx, original = compiled.ufcx_form, form.coefficients()
    used = (original[ufcx.original_coefficient_positions[i]] for i in range(ufcx.num_coefficients))
    return Kernel(
        (ufcx, compiled.code, compiled.module),
        tuple(functions[id(f)] for f in used),
        tuple(constants[id(c)] for c in form.constants()),
    )
