"""The weak form's terms, one pure function each: fields and a measure in, a UFL form out.

To add physics, add a function here whose docstring is its weak form and source, and list it in ``discretisation.py``.
"""
