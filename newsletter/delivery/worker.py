"""`deliver_due`: launches what is due, carries what is open. Any number may run at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Max

from newsletter.delivery import guard, ledger
from newsletter.delivery.messages import frozen, outgoing, press, relay
from newsletter.delivery.witness import Witness
from newsletter.delivery.workers import Clock, identity
from newsletter.exceptions import ProviderError, RenderingError
from newsletter.models import Delivery, Issue, Mailing
from newsletter.points import pass_point
from newsletter.providers import Relay
from newsletter.reporting import reason
from veille.exceptions import Refused
from veille.french import count, day_and_clock
from veille.staff.audit import record

GRACE = timedelta(hours=2)  # P3: later than that, a person decides
MOST_REFUSED = 0.05
REFUSED_FLOOR = 10  # fewer refusals than this never pause a sending
DEFERRED_IN_A_ROW = 10  # the relay asks for patience: leave the rest to the next run


class Stop(Protocol):
    """What `threading.Event` offers and we need."""

    def is_set(self) -> bool: ...


@dataclass
class Report:
    """What one run did."""

    launched: int = 0
    waiting: int = 0
    finished: int = 0
    accepted: int = 0
    refused: int = 0
    deferred: int = 0
    in_doubt: int = 0
    paused: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """«12 acceptés, 1 refusé» for the ledger of jobs."""
        parts = [
            count(self.accepted, "accepté"),
            count(self.refused, "refusé"),
            count(self.deferred, "différé"),
            count(self.in_doubt, "incertain"),
        ]
        return ", ".join([*parts, *self.paused])


class _Fenced(Exception):
    """The line is no longer ours, or the mailing was paused: nothing leaves."""


def deliver_due(now: datetime, *, stop: Stop | None = None, only: Issue | None = None) -> Report:
    """Sends what is due. `stop` ends it after the message under way; `only` limits it to an issue.

    Must not be called inside a transaction: «handed» has to be durable before DATA.
    """
    clock, report = Clock(now), Report()
    report.paused += guard.look(clock())  # first: what follows writes to the ledger
    asleep = _asleep(clock())  # before what the dead had claimed is taken back
    ledger.recover(clock())
    mailings = Mailing.objects.filter(issue=only) if only else Mailing.objects.all()
    for mailing in mailings.filter(state="scheduled", send_at__lte=now).order_by("send_at"):
        _launch(mailing, clock(), report)
    for mailing in mailings.filter(state="sending").order_by("send_at"):
        if stop is not None and stop.is_set():
            break
        if mailing.pk in asleep:
            _hold(mailing, report)
            continue
        _Run(mailing, clock, stop, report).go()
    return report


def _asleep(now: datetime) -> set[int]:
    """Sendings that stood still for more than 2 h with readers still to serve: a machine that was
    off, a copy that was restored. A person decides whether they go on (P3, P5).
    """
    rows = Mailing.objects.filter(state="sending").annotate(last=Max("deliveries__updated"))
    return {
        row.pk
        for row in rows
        if row.last
        and now - row.last > GRACE
        and row.deliveries.filter(state__in=("planned", "claimed")).exists()
    }


def _hold(mailing: Mailing, report: Report) -> None:
    why = "L’envoi s’est interrompu pendant plus de 2 h : vérifiez, puis reprenez-le."
    with transaction.atomic():
        if Mailing.objects.filter(pk=mailing.pk, state="sending").update(
            state="paused", reason=why
        ):
            record(None, "paused", str(mailing.issue), reason=why)
            report.paused.append(why)


def _launch(mailing: Mailing, now: datetime, report: Report) -> None:
    """Scheduled → sending with its audience written, all or nothing; or waiting, with why."""
    with transaction.atomic():
        scheduled = Mailing.objects.filter(pk=mailing.pk, state="scheduled")
        if not scheduled.update(state="sending", started_at=now):
            return  # another process was quicker
        why = _reason_to_wait(mailing, now)
        if not why:
            mailing.audience = ledger.freeze(mailing, now)
            why = "" if mailing.audience else "Plus personne n’est abonné à cette lettre."
        if why:
            Mailing.objects.filter(pk=mailing.pk).update(
                state="waiting", reason=why, started_at=None
            )
            record(None, "held back", str(mailing.issue), reason=why)
            report.waiting += 1
            return
        Mailing.objects.filter(pk=mailing.pk).update(audience=mailing.audience)
        Issue.objects.filter(pk=mailing.issue_id).update(state="sending")
        record(None, "launched", str(mailing.issue), audience=mailing.audience)
        report.launched += 1


def _reason_to_wait(mailing: Mailing, now: datetime) -> str:
    if now - mailing.send_at > GRACE:
        return f"Prévu {day_and_clock(mailing.send_at)}, plus de 2 h de retard : confirmez l’envoi."
    issue = Issue.objects.select_for_update().get(pk=mailing.issue_id)
    if issue.state != "scheduled" or issue.sha256 != mailing.sha256:
        return "Le contenu n’est plus celui qui a été approuvé : annulez, puis faites relire."
    try:
        frozen(issue)
    except Refused as error:
        return str(error)
    return ""


class _Run:
    """One worker on one mailing, with one connection."""

    def __init__(self, mailing: Mailing, clock: Clock, stop: Stop | None, report: Report) -> None:
        self.mailing, self.clock, self.stop, self.report = mailing, clock, stop, report
        self.worker = identity()
        self.unwritten: list[ledger.Outcome] = []
        self.tried = self.refused = self.deferred_in_a_row = 0
        self.leased = clock()
        self.witness = Witness(mailing.key)

    def go(self) -> None:
        """Carries until nothing is due, a person pauses, or the relay fails."""
        started = self.mailing.started_at or self.clock()
        try:
            self.press = press(self.mailing, self.mailing.issue, started)
            with relay(self.mailing.provider) as open_relay:
                while self._batch(open_relay):
                    pass
        except (ProviderError, RenderingError, Refused) as error:
            self._pause(str(error))
        finally:
            self._flush()
            ledger.release(self.mailing, self.worker)
            self.witness.close()
        self._finish()

    def _batch(self, open_relay: Relay) -> bool:
        """Claims and carries some lines; False when the run ends."""
        pass_point("before-claim")
        self.leased = self.clock()
        lines = ledger.claim(self.mailing, self.worker, self.leased)
        if not lines:
            return False
        pass_point("after-claim")
        for line in lines:
            if self.stop is not None and self.stop.is_set():
                return False
            if not self._one(open_relay, line):
                return False
            pass_point("mid-batch")
        self._flush()
        return True

    def _one(self, open_relay: Relay, line: Delivery) -> bool:
        """Offers one message; False when the run must end."""
        handed = False

        def before_data() -> None:
            nonlocal handed
            pass_point("before-handed")
            with transaction.atomic(durable=True):
                self._write()
                handed = ledger.hand_over(line, self.worker, self.clock())
            self.unwritten = []
            if not handed:
                raise _Fenced
            self.witness.handed(line.pk, line.attempts)
            pass_point("after-handed")

        if self.clock() - self.leased > ledger.LEASE / 3:
            self.leased = self.clock()
            ledger.renew(self.mailing, self.worker, self.leased)
        try:
            answer = open_relay.carry(outgoing(self.press, self.mailing, line), before_data)
        except _Fenced:
            return Mailing.objects.filter(pk=self.mailing.pk, state="sending").exists()
        pass_point("after-answer")
        outcome = ledger.Outcome(line, answer, handed)
        self.unwritten.append(outcome)
        return self._goes_on(outcome)

    def _goes_on(self, outcome: ledger.Outcome) -> bool:
        """The breakers: a broken relay, too many refusals, a relay that asks for patience."""
        state, _ = ledger.settled(outcome, self.clock())
        self.tried += 1
        self.refused += state == "refused"
        self.deferred_in_a_row = self.deferred_in_a_row + 1 if state == "deferred" else 0
        if outcome.answer.state == "broken" and state != "refused":
            self._pause(reason(outcome.answer.code, outcome.answer.reply, broken=True))
            return False
        if self.refused >= REFUSED_FLOOR and self.refused > MOST_REFUSED * self.tried:
            self._pause(
                f"{self.refused} refus sur {self.tried} envois : vérifiez la liste et l’expéditeur."
            )
            return False
        return self.deferred_in_a_row < DEFERRED_IN_A_ROW

    def _flush(self) -> None:
        with transaction.atomic():
            self._write()
        self.unwritten = []

    def _write(self) -> None:
        """Records the answers kept so far, in the caller's transaction."""
        for outcome in self.unwritten:
            state = ledger.write(outcome, self.worker, self.clock())
            if state != "planned":
                setattr(self.report, state, getattr(self.report, state) + 1)
        if self.unwritten:
            pass_point("before-recorded")

    def _pause(self, why: str) -> None:
        with transaction.atomic():
            sending = Mailing.objects.filter(pk=self.mailing.pk, state="sending")
            if sending.update(state="paused", reason=why[:300]):
                record(None, "paused", str(self.mailing.issue), reason=why[:300])
                self.report.paused.append(why)

    @transaction.atomic
    def _finish(self) -> None:
        """Done when nothing is left to try."""
        if self.mailing.deliveries.filter(ledger.WORK_LEFT).exists():
            return
        now = self.clock()
        sending = Mailing.objects.filter(pk=self.mailing.pk, state="sending")
        if not sending.update(state="done", finished_at=now, reason=""):
            return
        issue = Issue.objects.get(pk=self.mailing.issue_id)
        Issue.objects.filter(pk=issue.pk).update(state="sent", sent_at=issue.sent_at or now)
        record(None, "finished sending", str(issue))
        self.report.finished += 1
