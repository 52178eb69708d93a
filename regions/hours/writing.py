"""A schedule as one line of text, as files write it: `周一至周五 08:30-17:30；周六 09:00-12:00；节假日休息`. `read_hours` reads it back."""

from collections.abc import Iterable

from .schedule import AS_USUAL, CLOSED, HOLIDAY, MINUTES_OF_DAY, Schedule, Span

NEXT_DAY = "次日"
_DAYS = ("", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日")


def write_hours(schedule: Schedule) -> str:
    """Empty where the schedule says nothing."""
    clauses = ["24小时"] if schedule.always else []
    groups: dict[tuple[Span, ...], list[int]] = {}
    for weekday, spans in sorted(schedule.weekly.items()):
        groups.setdefault(tuple(sorted(spans)), []).append(weekday)
    clauses += [f"{_named(days)} {_spans(spans)}" for spans, days in groups.items()]
    if schedule.on_holidays == CLOSED:
        clauses.append("节假日休息")
    elif schedule.on_holidays == AS_USUAL:
        clauses.append("节假日照常" if schedule.says_when else "全年无休")
    clauses += [f"{day} {_spans(spans) or '休息'}" for day, spans in sorted(schedule.dated.items())]
    if schedule.by_appointment:
        clauses.append("需预约")
    return "；".join(clauses)


def _named(days: list[int]) -> str:
    """周一至周三、周五: three and more in a row as a run."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1 and day != HOLIDAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(name for run in runs for name in _run(run))


def _run(run: list[int]) -> Iterable[str]:
    if len(run) > 2:
        return [f"{_DAYS[run[0]]}至{_DAYS[run[-1]]}"]
    return [_DAYS[day] for day in run]


def _spans(spans: Iterable[Span]) -> str:
    """08:30-12:00、13:00-17:30."""
    return "、".join(f"{clock(opens)}-{closing(closes)}" for opens, closes in sorted(spans))


def closing(minute: int) -> str:
    """The same of a closing: 次日06:00 is the next day's."""
    return f"{NEXT_DAY}{clock(minute - MINUTES_OF_DAY)}" if minute > MINUTES_OF_DAY else clock(minute)


def clock(minute: int) -> str:
    """Minutes of a day as 08:30; the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"
