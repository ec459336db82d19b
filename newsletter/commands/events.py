"""`vigie events address | read | status`."""

from __future__ import annotations

import argparse

from veille.commands.output import Sub, command, emit, group

PROVIDERS = ("brevo", "mailjet", "mailchimp", "listmonk")


def register(commands: Sub) -> None:
    """Adds the group `events`."""
    events = group(commands, "events", "ce que deviennent les messages envoyés")
    made = command(
        events, "address", address, "dit où un prestataire doit poster ses avis",
        "vigie events address brevo",
    )  # fmt: skip
    made.add_argument("provider", choices=PROVIDERS, metavar="PRESTATAIRE")
    command(events, "read", read, "lit les avis reçus", "vigie events read")
    command(events, "status", status, "compte les avis et les événements", "vigie events status")


def address(args: argparse.Namespace) -> int:
    """The current secret's address; the retired one's stays open beside it."""
    from django.conf import settings

    from newsletter.events import doors

    door = doors.doors(args.provider)[0]
    public = f"{settings.PUBLIC_URL}/crochets/{args.provider}/{door.path}"
    told = {"url": public}
    if args.provider in doors.WITH_PASSWORD:
        told |= {"user": doors.USER, "password": door.password}
    emit(args, told, [f"{name} : {value}" for name, value in told.items()])
    return 0


def read(args: argparse.Namespace) -> int:
    """Now, instead of at the job's next minute."""
    from dataclasses import asdict

    from django.utils import timezone

    from newsletter import events

    report = events.process(timezone.now())
    emit(args, asdict(report), [f"{report}."])
    return 0


def status(args: argparse.Namespace) -> int:
    """Arrivals by state, events by kind, those of no message we sent, what could not be read."""
    from newsletter import events

    told = events.standing()
    lines = [f"{name} : {value}" for name, value in told.items() if name != "unreadable_why"]
    lines += [f"illisible : {one}" for one in told["unreadable_why"]]
    emit(args, told, lines)
    return 0
