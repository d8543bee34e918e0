"""What readers are shown of the rows, in words and values: shared by the pages, the feeds and the exports.

Everything here is gathered into frozen values, as of the moments asked for; how it is laid out is the doors' own.
"""
