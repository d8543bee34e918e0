"""Reading: text in, statements out. Pure: no Django, no Celery, no database, no network."""
