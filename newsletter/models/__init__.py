"""What the letters store, one noun a file. Fields, constraints, tiny predicates; no I/O."""

from __future__ import annotations

from newsletter.models.event import Arrival as Arrival
from newsletter.models.event import Event as Event
from newsletter.models.issue import Entry as Entry
from newsletter.models.issue import Issue as Issue
from newsletter.models.mailing import Delivery as Delivery
from newsletter.models.mailing import Mailing as Mailing
from newsletter.models.series import Section as Section
from newsletter.models.series import Series as Series
from newsletter.models.subscriber import ConsentEvent as ConsentEvent
from newsletter.models.subscriber import Subscriber as Subscriber
from newsletter.models.subscriber import Subscription as Subscription
from newsletter.models.subscriber import Suppression as Suppression
