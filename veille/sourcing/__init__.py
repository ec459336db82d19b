"""Write side of sources: add with discovery, import and export lists, edit, suspend, remove.

addresses   an address a person typed → one that can be kept, and the key that tells two apart
records     what a list says of one source; opml and yaml_list read and write lists of them
importing   a list → sources, with a report of what was refused and where
probing     one GET on an address → what can be done with it
adding      an address → a source; finding: probe, follow to the feed, add
editing     change, suspend, resume, remove, bring back
listing     read side: the sentences and figures of the pages and the command line
"""

from __future__ import annotations

from veille.sourcing.adding import add as add
from veille.sourcing.editing import edit as edit
from veille.sourcing.editing import find as find
from veille.sourcing.editing import remove as remove
from veille.sourcing.editing import restore as restore
from veille.sourcing.editing import resume as resume
from veille.sourcing.editing import suspend as suspend
from veille.sourcing.finding import add_probed as add_probed
from veille.sourcing.importing import SHIPPED as SHIPPED
from veille.sourcing.importing import ImportReport as ImportReport
from veille.sourcing.importing import export as export
from veille.sourcing.importing import import_file as import_file
from veille.sourcing.importing import import_shipped as import_shipped
from veille.sourcing.probing import Probe as Probe
from veille.sourcing.probing import probe as probe
from veille.sourcing.probing import search_again as search_again
