"""Gmsh, opened for one piece of work and closed again: quiet, deterministic, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pnp.plane.errors import MeshError

_LOCK = threading.Lock()
_OPTIONS = {
    "General.Terminal": 0.0,
    "General.NumThreads": 1.0,
    "General.AbortOnError": 2.0,  # an exception
    "Geometry.OCCBoundsUseStl": 0.0,
    "Mesh.RandomSeed": 1.0,
    "Mesh.LcIntegrationPrecision": 1e-4,
    "Mesh.ElementOrder": 1.0,
    "Mesh.RecombineAll": 0.0,
    "Mesh.SubdivisionAlgorithm": 0.0,
    "Mesh.SaveAll": 0.0,
    "Mesh.MeshSizeFactor": 1.0,
    "Mesh.MeshSizeMin": 0.0,
    "Mesh.MeshSizeMax": 1e22,
}
INSTALL = (
    'install it ("apt-get install python3-gmsh", "conda install -c conda-forge python-gmsh" or "pip install gmsh"), '
    "or give a mesh file that is made elsewhere (mesh.file)"
)


@contextmanager
def session(purpose: str) -> Iterator[Any]:
    """The ``gmsh`` module with an empty model; what the caller had open there is left as it was.

    Args:
        purpose: What Gmsh is wanted for, for the message where it is missing or fails: "this geometry".

    Raises:
        MeshError: Gmsh is not installed, or fails.
    """
    try:
        import gmsh
    except (ImportError, OSError) as error:
        raise MeshError(f"{purpose} needs Gmsh, which is not installed ({error})", "", INSTALL) from error
    with _LOCK:
        foreign = bool(gmsh.isInitialized())
        if not foreign:
            # signal handlers can be set in the main thread only
            gmsh.initialize(readConfigFiles=False, interruptible=False)
        before = {name: gmsh.option.getNumber(name) for name in _OPTIONS}
        current = gmsh.model.getCurrent() if foreign else ""
        try:
            for name, value in _OPTIONS.items():
                gmsh.option.setNumber(name, value)
            gmsh.model.add("pnp")
            yield gmsh
        except MeshError:
            raise
        except Exception as error:
            if type(error) is not Exception:  # Gmsh raises plain exceptions with its last message
                raise
            raise MeshError(
                f"Gmsh cannot mesh {purpose}: {error}", "", "simplify or shift what nearly coincides"
            ) from error
        finally:
            if foreign:
                gmsh.model.setCurrent("pnp")
                gmsh.model.remove()
                gmsh.model.setCurrent(current)
                for name, value in before.items():
                    gmsh.option.setNumber(name, value)
            else:
                gmsh.finalize()
