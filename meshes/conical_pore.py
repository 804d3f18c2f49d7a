"""An axisymmetric conical pore in a membrane between two baths, for mesh.source of a case file.

Regions: electrolyte (baths and lumen), membrane. Boundaries: left_bath (z lowest), right_bath (z highest).
Interfaces: wall (the lumen's wall with its rounded edges), faces (the membrane's faces towards the baths).
The tip, the narrow end, faces the left bath. Coordinates are r and z; the membrane lies from z = 0 to its thickness.
"""

from math import atan2, cos, sin, tan

LENGTH_UNIT = "nm"
PARAMETERS = {
    "tip_radius": "3 nm",
    "base_radius": "15 nm",
    "thickness": "50 nm",
    "rounding": "1 nm",
    "bath_radius": "60 nm",
    "bath_height": "60 nm",
}


def build(model, *, tip_radius, base_radius, thickness, rounding, bath_radius, bath_height):
    """Add surfaces and physical groups to ``model``; every length in LENGTH_UNIT."""
    occ = model.occ
    inclination = atan2(thickness, base_radius - tip_radius)
    dr, dz = cos(inclination), sin(inclination)
    # from each edge of the wall to where its arc begins, along the face and along the wall alike
    tip, base = rounding / tan(inclination / 2), rounding * tan(inclination / 2)

    def point(r, z):
        return occ.addPoint(r, z, 0)

    axis_low, axis_high = point(0, -bath_height), point(0, thickness + bath_height)
    corner_low, corner_high = point(bath_radius, -bath_height), point(bath_radius, thickness + bath_height)
    face_low, face_high = point(bath_radius, 0), point(bath_radius, thickness)
    mouth_low, wall_low = point(tip_radius + tip, 0), point(tip_radius + tip * dr, tip * dz)
    wall_high, mouth_high = (
        point(base_radius - base * dr, thickness - base * dz),
        point(base_radius + base, thickness),
    )
    low_centre = point(tip_radius + tip, rounding)
    high_centre = point(base_radius + base, thickness - rounding)

    left = occ.addLine(axis_low, corner_low)
    side_low = occ.addLine(corner_low, face_low)
    faces = [occ.addLine(face_low, mouth_low), occ.addLine(mouth_high, face_high)]
    wall = [
        occ.addCircleArc(mouth_low, low_centre, wall_low),
        occ.addLine(wall_low, wall_high),
        occ.addCircleArc(wall_high, high_centre, mouth_high),
    ]
    side_high = occ.addLine(face_high, corner_high)
    right = occ.addLine(corner_high, axis_high)
    axis = occ.addLine(axis_high, axis_low)
    side_membrane = occ.addLine(face_low, face_high)

    around = [left, side_low, faces[0], *wall, faces[1], side_high, right, axis]
    electrolyte = occ.addPlaneSurface([occ.addCurveLoop(around)])
    membrane = occ.addPlaneSurface(
        [occ.addCurveLoop([side_membrane, -faces[1], *(-w for w in reversed(wall)), -faces[0]])]
    )
    occ.remove([(0, low_centre), (0, high_centre)])
    occ.synchronize()

    model.addPhysicalGroup(2, [electrolyte], name="electrolyte")
    model.addPhysicalGroup(2, [membrane], name="membrane")
    model.addPhysicalGroup(1, [left], name="left_bath")
    model.addPhysicalGroup(1, [right], name="right_bath")
    model.addPhysicalGroup(1, wall, name="wall")
    model.addPhysicalGroup(1, faces, name="faces")
