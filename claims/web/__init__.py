"""The journalists' pages: what is claimed, who says what of it, and the evidence, as plain accessible HTML.

`pages` and `health` answer requests; everything they show is gathered beforehand into frozen values by the other
modules, each of which asks a number of questions of the database that does not grow with what it shows.
"""
