"""What happens to messages after the relay took them, and what follows from it.

`vocabulary`  one happening in one form, whoever told it; hard or soft
`doors`       where providers post, and how they prove who they are
`payloads`    what each provider posts, read into happenings
`reports`     mail that tells what became of mail, read into happenings
`mailboxes`   where that mail comes back: IMAP, Maildir
`intake`      keep what came in; read it, in batches, each event once
`matching`    which message of the ledger a happening is about
`effects`     suppressions and departures that follow
`told`        the same for people: a reader's page, an issue's report

An event acts only on a message really sent. What follows from the events is a function of their
set: their order, their repetition and the moment of a crash change nothing. Nothing here ever
subscribes anybody. Openings are not kept.
"""

from __future__ import annotations

from newsletter.events.intake import Report as Report
from newsletter.events.intake import keep as keep
from newsletter.events.intake import process as process
from newsletter.events.intake import tidy as tidy
from newsletter.events.mailboxes import collect as collect
from newsletter.events.told import of_issue as of_issue
from newsletter.events.told import of_reader as of_reader
from newsletter.events.told import standing as standing
