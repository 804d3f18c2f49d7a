"""Every cell cut into four of its own shape: for meshes that no geometry is known of, and for benchmarks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pnp.plane.mesh import PlaneMesh


def refined(mesh: PlaneMesh) -> PlaneMesh:
    """The mesh with a node on the middle of every edge, and four cells for each.

    Angles stay what they are, so that no edge's weight changes its sign in the plane. Nodes that are added on curved
    lines lie on their chords: areas stay those of the coarse mesh. The coarse mesh's nodes keep their numbers.
    """
    edges = mesh.edges
    middle = 0.5 * (mesh.points[edges.nodes[:, 0]] + mesh.points[edges.nodes[:, 1]])
    a, b, c = mesh.triangles.T
    # the middles opposite a, b, c
    p, q, r = (len(mesh.points) + edges.of_cell).T
    cells = np.stack([[a, r, q], [r, b, p], [q, p, c], [p, q, r]]).transpose(2, 0, 1).reshape(-1, 3)
    halves = len(mesh.points) + edges.find(mesh.facets)
    first, second = mesh.facets.T
    facets = np.stack([[first, halves], [halves, second]]).transpose(2, 0, 1).reshape(-1, 2)
    return replace(
        mesh,
        points=np.concatenate([mesh.points, middle]),
        triangles=cells,
        region=np.repeat(mesh.region, 4),
        facets=facets,
        facet_group=np.repeat(mesh.facet_group, 2),
    )
