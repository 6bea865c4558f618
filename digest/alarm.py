"""When silence is worth an alarm, and what the alarm says. Pure; `channels/issue` brings it to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from digest import ledger
from digest.models import State
from digest.status import SWITCHED_OFF

SHOWN_DAYS = 14
PATIENCE = 2  # expected days without anything published
TITLE = "The daily digest has stopped · 每日论文摘要已停更"
RECOVERED = "The digest is being published again. · 摘要已恢复更新。"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An issue's title and body, in Markdown."""

    title: str
    body: str


def alarm(lines: ledger.Lines, silent: tuple[date, ...], run: Mapping[str, object], link: str) -> Alarm | None:
    """The alarm that is due, or None. `silent` are the expected days with nothing, `link` leads to the runs."""
    if len(silent) < PATIENCE:
        return None
    shown = [day for day, line in lines.items() if line.state in ledger.SHOWN]
    newest = f"The newest published day is {max(shown)}." if shown else "Nothing has been published yet."
    rows = "\n".join(f"| {day} | {_what(lines, day)} |" for day in silent[-SHOWN_DAYS:])
    command = f"`python -m digest backfill --from {silent[0]} --to {silent[-1]}`"
    return Alarm(
        TITLE,
        f"{newest} Since then arXiv should have announced {len(silent)} days that are not here.\n"
        f"最近 {len(silent)} 个公布日没有更新。\n\n"
        f"| day 日期 | what is known 已知情况 |\n|:--|:--|\n{rows}\n\n"
        f"Last run on record: {_cell(str(run.get('at', 'none')))} ({_cell(str(run.get('outcome', 'unknown')))}). "
        f"[All runs · 全部运行记录]({link})\n\n"
        "What to do · 处理办法\n\n"
        "- As soon as a run gets through, it fills the days within `catch_up` (14 days unless you changed it) itself. "
        "任何一次运行成功后，都会自动补齐 `catch_up`（默认 14 天）以内的日子。\n"
        f"- Older ones: {command}, or *Run workflow* with `from` and `to`. 更早的日子用上述命令补录，"
        "或在 *Run workflow* 中填写 `from` 与 `to`。\n"
        f"- If there are no runs at all: {SWITCHED_OFF} 若根本没有运行记录，请在 Actions 页重新启用工作流。\n"
        "- If runs fail: open the newest one; its summary says why. 若运行失败，请打开最近一次运行查看原因。\n"
        "\n"
        "This issue is updated by every run and closes itself. 本议题会自动更新，恢复后自动关闭。\n",
    )


def damaged(trouble: str, link: str) -> Alarm:
    """The alarm of files that cannot be read: no run can go on before they are restored."""
    return Alarm(
        TITLE,
        f"The repository's own files cannot be read, so no run can go on: {_cell(trouble)}\n\n"
        "本仓库的状态文件无法读取，运行因此中止。请用 git 恢复上述文件。\n\n"
        f"Restore the file with git. [All runs · 全部运行记录]({link})\n",
    )


def _what(lines: ledger.Lines, day: date) -> str:
    line = lines.get(day)
    if line is None or line.state is not State.OPEN:
        return "no run has asked for it · 尚未读取"
    return f"{line.tries} × {_cell(line.reason)}"


def _cell(reason: str) -> str:
    """A reason holds what a server said: a code span that it cannot leave keeps it from acting on the issue."""
    return f"`{' '.join(reason.split()).replace('`', 'ˋ').replace('|', '¦')}`"
