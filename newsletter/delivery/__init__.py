"""The sending: mailings, the ledger, claim, hand over, resume.

    schedule ── a person: this approved content, at this time
    deliver_due ── the clock, any number of processes
      look       a database older than what was sent: every sending waits for a person
      recover    claimed lines of the dead → planned; handed ones → in doubt, never resent;
               after a power cut the claimed ones too
      launch     due mailing, by conditional update; the audience frozen in that transaction;
                 more than 2 h late, or another content: waits for a person
      claim      50 lines with a lease; whoever left meanwhile is suppressed here
      per line   MAIL, RCPT → «handed» → witness → DATA → answer → commit (with the next «handed»)
      finish     nothing left to try → issue sent
    pause, resume, cancel, retry, settle, leave ── a person, acts before the next message

A line is a recipient. After a crash at any point each line is either proven unsent (tried again)
or in doubt (a person decides): P1 and P2 of the README.
"""

from __future__ import annotations

from newsletter.delivery.acts import audience_of as audience_of
from newsletter.delivery.acts import cancel as cancel
from newsletter.delivery.acts import leave as leave
from newsletter.delivery.acts import pause as pause
from newsletter.delivery.acts import resume as resume
from newsletter.delivery.acts import retry as retry
from newsletter.delivery.acts import schedule as schedule
from newsletter.delivery.acts import send_now as send_now
from newsletter.delivery.acts import settle as settle
from newsletter.delivery.approvers import ask_approvers as ask_approvers
from newsletter.delivery.messages import frozen as frozen
from newsletter.delivery.messages import provider_label as provider_label
from newsletter.delivery.messages import relay as relay
from newsletter.delivery.messages import send_test as send_test
from newsletter.delivery.messages import snapshot as snapshot
from newsletter.delivery.worker import Report as Report
from newsletter.delivery.worker import deliver_due as deliver_due
