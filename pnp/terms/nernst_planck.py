"""The Nernst–Planck flux J_i = −D_i c_i ∇m_i, in its two discretisations."""

from __future__ import annotations

from typing import Any

import ufl

from pnp.terms.fields import Fields

SMALL = 1e-2
"""Below this |x| the series of sinhc is used: its truncation x⁶/5040 is under 2e-16 there."""


def sinhc(x: Any) -> tuple[Any, Any]:
    """Factor and exponent of sinh(x)/x, which never overflow: ((1 − e^{−2|x|})/2|x|, |x|), or its series and 0."""
    small = ufl.lt(abs(x), SMALL)
    a = ufl.conditional(small, 1.0, abs(x))
    factor = ufl.conditional(small, 1 + x**2 / 6 * (1 + x**2 / 20), (1 - ufl.exp(-2 * a)) / (2 * a))
    return factor, ufl.conditional(small, 0.0, a)


def edge_averaged_flux(f: Fields, measure: Any) -> Any:
    r"""Edge-averaged (Scharfetter–Gummel) flux on P1 elements.

    .. math::
        \int_K J_i\cdot\nabla v → \sum_E (-\int_K ∇λ_a·∇λ_b)\, D_i c_E\, (δ_E m_i)(δ_E v),\quad
        c_E = e^{m_{mid} - z φ_{mid} + \ln β}\,
              \frac{\mathrm{sinhc}(δ_E m/2)}{\mathrm{sinhc}(z δ_E φ/2)}

    which is the Bernoulli-function flux: exact where D, β and ∇φ are constant along the edge. ``measure`` must be the
    one-point rule, and no other rule may stand in the same form (FFCx 0.9 to 0.11 mixes up coefficient values then).

    Source: Scharfetter & Gummel 1969, doi:10.1109/T-ED.1969.16566; in any dimension Xu & Zikatanov 1999,
    doi:10.1090/S0025-5718-99-01148-5; for PNP Metti, Xu & Liu 2016, doi:10.1016/j.jcp.2015.10.053.
    """
    total = 0
    for edge in f.edges:
        drop_phi = edge.change(f.phi)
        for i in f.species:
            drop_m = edge.change(f.m[i])
            above, rise = sinhc(drop_m / 2)
            below, fall = sinhc(f.charge_number[i] * drop_phi / 2)
            exponent = edge.middle(f.log_concentration(i)) + f["present"][i] * (rise - fall)
            c = f["present"][i] * ufl.exp(exponent) * above / below
            total += f["diffusivity"][i] * c * drop_m * edge.change(f.v[i]) * edge.weight * measure
    return total


def galerkin_flux(f: Fields, measure: Any) -> Any:
    r"""Galerkin flux of any degree.

    .. math:: \int D_i c_i ∇m_i · ∇v_i

    Source: Nernst 1888, Planck 1890; in electrochemical potentials e.g. Metti, Xu & Liu 2016,
    doi:10.1016/j.jcp.2015.10.053.
    """
    return sum(
        f["diffusivity"][i] * f.concentration(i) * ufl.dot(ufl.grad(f.m[i]), ufl.grad(f.v[i])) * measure
        for i in f.species
    )
