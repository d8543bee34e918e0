"""What newsrooms publish from and programs follow: feeds, tables, data, drawings, badges, the map of the site.

Each output is made from values, as of the moments asked for, and names this site by SITE_URL, so that it reads the same
wherever it was fetched through.
"""
