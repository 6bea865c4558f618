"""The daily workflow: who may do what, who sees which secret, and what runs after a failure."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from digest import providers
from digest.channels import git as channel

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
TEXT = (ROOT / ".github/workflows/digest.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]


def steps(job: str) -> list[dict[str, Any]]:
    """A job's steps, in order."""
    found = JOBS[job]["steps"]
    assert isinstance(found, list)
    return found


def step(job: str, word: str) -> dict[str, Any]:
    """The one step of a job whose command or action has a word in it."""
    (found,) = [each for each in steps(job) if word in each.get("run", "") + each.get("uses", "")]
    return found


def strings(value: object) -> Iterator[str]:
    """Every text in a part of the workflow."""
    if isinstance(value, dict):
        value = list(value.values())
    for each in value if isinstance(value, list) else [value]:
        yield from strings(each) if isinstance(each, dict | list) else [str(each)]


def test_who_may_do_what() -> None:
    """Nothing by default; one job may push, another may write issues, none may do both."""
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "collect": {"contents": "read"},
        "publish": {"contents": "write"},
        "alarm": {"contents": "read", "issues": "write"},
    }


def test_who_sees_a_secret() -> None:
    """The token is in the environment of one step each; the job that may push has nothing else and installs nothing."""
    keys = re.findall(r"\$\{\{ secrets\.(\w+) \}\}", TEXT)
    assert set(keys) == {p.key_variable for p in map(providers.preset, providers.names())} - {""}
    seen = {
        (name, key): value
        for name, job in JOBS.items()
        for each in [WORKFLOW, job, *steps(name)]
        for key, value in each.get("env", {}).items()
    }
    assert seen == {
        ("collect", "DIGEST_DATE"): "${{ inputs.date }}",
        ("collect", "DIGEST_FROM"): "${{ inputs.from }}",
        ("collect", "DIGEST_TO"): "${{ inputs.to }}",
        ("collect", "DIGEST_SUMMARIES"): "${{ inputs.summaries }}",
        ("collect", "OPENAI_BASE_URL"): "${{ vars.OPENAI_BASE_URL }}",
        **{("collect", key): f"${{{{ secrets.{key} }}}}" for key in keys},
        ("publish", "PUSH_TOKEN"): "${{ github.token }}",
        ("alarm", "GITHUB_TOKEN"): "${{ github.token }}",
    }
    outside = [text for name in ("publish", "alarm") for text in strings(JOBS[name]) if "secrets" in text]
    assert outside == []
    assert "toJSON" not in TEXT
    publish = " ".join(strings(JOBS["publish"]))
    assert not re.search(r"pip|setup-python|cache", publish)


@pytest.mark.parametrize("name", JOBS)
def test_no_job_keeps_credentials_or_runs_for_ever(name: str) -> None:
    """Checkouts leave no token behind and take the branch as it is now; every job has an end."""
    checkout = step(name, "actions/checkout@")["with"]
    assert checkout == {"ref": "${{ github.ref }}", "persist-credentials": False}
    assert 0 < JOBS[name]["timeout-minutes"] <= 30
    assert all(each.get("timeout-minutes", 0) < JOBS[name]["timeout-minutes"] for each in steps(name))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_foreign_is_run(path: Path) -> None:
    """Actions are pinned to a commit with its version beside it; no expression is pasted into a command."""
    text = path.read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    assert [each for each in uses if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
    jobs = yaml.safe_load(text)["jobs"].values()
    assert [each["run"] for job in jobs for each in job["steps"] if "${{" in each.get("run", "")] == []


def test_a_failed_run_is_published_and_still_fails() -> None:
    """What a failed run wrote goes on; nothing hides its failure, nothing goes on after a person has cancelled."""
    assert "continue-on-error" not in TEXT
    assert "always()" not in TEXT
    assert step("collect", "digest pack")["if"] == "${{ !cancelled() && steps.write.outcome != 'skipped' }}"
    assert step("collect", "digest run")["id"] == "write"
    assert JOBS["publish"]["if"] == "${{ !cancelled() && needs.collect.outputs.written == 'true' }}"
    assert JOBS["alarm"]["if"] == "${{ !cancelled() }}"
    assert "publish" in JOBS["alarm"]["needs"]
    assert JOBS["publish"]["needs"] == "collect"


def test_the_handover_is_one_folder() -> None:
    """What is packed is what is uploaded, downloaded and checked; without an artifact nothing is downloaded."""
    sent, got = step("collect", "upload-artifact")["with"], step("publish", "download-artifact")["with"]
    assert sent["name"] == got["name"]
    assert sent["path"] == got["path"] == "${{ runner.temp }}/handover"
    assert '"$RUNNER_TEMP/handover"' in step("collect", "digest pack")["run"]
    assert '--from "$RUNNER_TEMP/handover"' in step("publish", "digest push")["run"]
    assert sent["if-no-files-found"] == "ignore"
    assert 1 <= sent["retention-days"] <= 3
    assert step("collect", "upload-artifact")["id"] == "upload"
    assert JOBS["collect"]["outputs"] == {"written": "${{ steps.upload.outputs.artifact-id != '' }}"}


def test_when_it_runs() -> None:
    """After arXiv's evening announcement and once more after midnight, by arXiv's clock; one run at a time."""
    triggers = WORKFLOW[True]  # YAML 1.1 reads the key `on` as a truth
    assert [(each["cron"], each["timezone"]) for each in triggers["schedule"]] == [
        ("43 20 * * 0-4", "America/New_York"),
        ("17 1 * * 1-5", "America/New_York"),
    ]
    assert set(triggers["workflow_dispatch"]["inputs"]) == {"date", "from", "to", "summaries"}
    assert WORKFLOW["concurrency"] == {"group": "daily-digest", "cancel-in-progress": False}


def test_one_list_of_what_is_joined() -> None:
    """`.gitattributes`, which is for people's own rebases, and the channel, which brings its rules along, agree."""
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert {rule for rule in rules if "merge=" in rule} == {f"{path} merge=union" for path in channel.LINES}


@pytest.mark.parametrize(
    ("path", "merge"),
    [
        ("digests/README.md", "union"),
        ("digests/2031/README.md", "union"),
        ("digests/2031/07/README.md", "union"),
        ("state/ledger/2031.tsv", "union"),
        ("state/seen/3107.tsv", "union"),
        ("state/journal/2031-07.jsonl", "union"),
        ("digests/2031/07/2031-07-08.md", "unspecified"),
        ("state/days/2031/07/2031-07-08.json", "unspecified"),
        ("README.md", "unspecified"),
        ("CHANGELOG.md", "unspecified"),
    ],
)
def test_how_two_runs_are_joined(path: str, merge: str, tmp_path: Path) -> None:
    """Files of lines and index pages are joined; a page, a day's data and what people write are not."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    command = ["git", "check-attr", "merge", "--", path]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said == f"{path}: merge: {merge}\n"
