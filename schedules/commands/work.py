"""`vigie work [--once]`: the clock and the workers, without the pages."""

from __future__ import annotations

import argparse

from veille.commands.output import Sub, command, emit


def register(commands: Sub) -> None:
    """Adds `work`."""
    work = command(
        commands,
        "work",
        run,
        "l’horloge et les travaux, sans les pages",
        "vigie work --once --json",
    )
    work.add_argument(
        "--once", action="store_true", help="fait tout ce qui est dû maintenant, puis s’arrête"
    )
    work.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """With `--once`: 1 when a run failed. Without: until a signal, then 0."""
    from schedules import serving, worker

    serving.refuse_unless_ready()
    stop = worker.stop_on_signals()
    if not args.once:
        if args.child:
            worker.watch_parent(stop)
        worker.work(stop)
    runs = [
        {
            "job": run.job,
            "due": run.due.isoformat(),
            "outcome": run.outcome,
            "seconds": round(run.seconds or 0.0, 3),
            "words": run.words,
        }
        for run in worker.work_once(stop)
    ]
    lines = [f"{run['job']}  {run['outcome']}  {run['words']}" for run in runs]
    emit(args, {"runs": runs}, lines or ["Rien n’était dû."])
    return 1 if any(run["outcome"] == "failed" for run in runs) else 0
