"""The weak form's terms, one pure function each: fields and a measure in, a UFL form out.

To add physics: a function here whose docstring is its weak form and source, a row in `registry`, and for each number it
needs a row in `coefficients`. Discretisation and solver stay as they are; the Jacobian follows.
"""
