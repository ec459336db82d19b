"""The letters: composing, checking, approving, sending, and the readers who receive them.

`letter`     the frozen values the three cores share
`rendering`  content → HTML and text; `checks` the pre-flight; `providers` who carries it
             (the three know no Django and not one another)
`models`     what is stored; `composing`, `approving`, `delivery`, `subscribing` write it,
             `reporting` reads it
`web`        the pages of the letters, staff and public
"""

from __future__ import annotations
