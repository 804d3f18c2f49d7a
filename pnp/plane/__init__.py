"""Two-dimensional geometry and meshes, planar and axisymmetric: NumPy, Gmsh and meshio, without DOLFINx."""
