"""Commands killed at random moments: ``python -m kills`` (make kills).

Afterwards every file is as it was before or as the command writes it, and the same
command run again ends as if nothing had happened. ``cases`` has the commands,
``rounds`` kills them, ``writers`` lets two of them write to the same place.
"""
