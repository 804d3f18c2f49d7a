"""Closed forms of the field in SI units, without DOLFINx, each with its source and domain of validity.

Membrane potentials are inside minus outside, junction potentials right minus left, membrane currents outward
positive.
"""

from pnp.simplified.boltzmann import boltzmann_concentration
from pnp.simplified.capacitance import (
    ChargedCapacitor,
    charge_capacitor,
    membrane_capacitance_linear,
    parallel_plate_capacitance,
    series_capacitance,
)
from pnp.simplified.chord_conductance import chord_conductance_current_density, chord_conductance_voltage
from pnp.simplified.counter_ion_annulus import CounterIonAnnulus, counter_ion_annulus
from pnp.simplified.counter_ion_slab import CounterIonSlab, counter_ion_slab
from pnp.simplified.debye import debye_length, ionic_strength
from pnp.simplified.debye_hueckel import LinearLayer, plane_capacitance
from pnp.simplified.donnan import (
    bipolar_potential,
    donnan_concentrations,
    donnan_potential,
    donnan_potential_symmetric,
)
from pnp.simplified.ghk import (
    ghk_current_density,
    ghk_flux,
    ghk_voltage,
    ghk_voltage_monovalent,
    reversal_conductance,
)
from pnp.simplified.gouy_chapman import (
    gouy_chapman_capacitance,
    gouy_chapman_potential,
    gouy_chapman_surface_excess,
    grahame_surface_charge,
    grahame_surface_potential,
)
from pnp.simplified.gouy_chapman_stern import DoubleLayer, gouy_chapman_stern
from pnp.simplified.henderson import henderson_potential
from pnp.simplified.lewis_sargent import goldman_potential, lewis_sargent_potential
from pnp.simplified.limiting_current import limiting_current_density, selective_interface_current_density
from pnp.simplified.mullins_noda import mullins_noda_potential
from pnp.simplified.nernst import driving_force, nernst_potential
from pnp.simplified.planck import StationaryFilm, planck_potential, stationary_film
from pnp.simplified.poisson_boltzmann import DiffuseLayer, poisson_boltzmann_charge_density
from pnp.simplified.pore_conductance import (
    access_in_tube,
    access_resistance,
    conductivity,
    cone_resistance,
    pore_conductance,
    surface_conductivity,
)
from pnp.simplified.teorell_meyer_sievers import (
    ChargedMembrane,
    charged_membrane,
    teorell_meyer_sievers_potential,
)
from pnp.simplified.ussing import one_way_fluxes, ussing_flux_ratio

__all__ = [
    "ChargedCapacitor",
    "ChargedMembrane",
    "CounterIonAnnulus",
    "CounterIonSlab",
    "DiffuseLayer",
    "DoubleLayer",
    "LinearLayer",
    "StationaryFilm",
    "access_in_tube",
    "access_resistance",
    "bipolar_potential",
    "boltzmann_concentration",
    "charge_capacitor",
    "charged_membrane",
    "chord_conductance_current_density",
    "chord_conductance_voltage",
    "conductivity",
    "cone_resistance",
    "counter_ion_annulus",
    "counter_ion_slab",
    "debye_length",
    "donnan_concentrations",
    "donnan_potential",
    "donnan_potential_symmetric",
    "driving_force",
    "ghk_current_density",
    "ghk_flux",
    "ghk_voltage",
    "ghk_voltage_monovalent",
    "goldman_potential",
    "gouy_chapman_capacitance",
    "gouy_chapman_potential",
    "gouy_chapman_stern",
    "gouy_chapman_surface_excess",
    "grahame_surface_charge",
    "grahame_surface_potential",
    "henderson_potential",
    "ionic_strength",
    "lewis_sargent_potential",
    "limiting_current_density",
    "membrane_capacitance_linear",
    "mullins_noda_potential",
    "nernst_potential",
    "one_way_fluxes",
    "parallel_plate_capacitance",
    "planck_potential",
    "plane_capacitance",
    "poisson_boltzmann_charge_density",
    "pore_conductance",
    "reversal_conductance",
    "selective_interface_current_density",
    "series_capacitance",
    "stationary_film",
    "surface_conductivity",
    "teorell_meyer_sievers_potential",
    "ussing_flux_ratio",
]
