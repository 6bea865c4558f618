"""The house holds: imports go one way, pure modules stay pure, files and functions stay small."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "digest"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")

LEVELS = {
    "errors": 0, "models": 0, "taxonomy": 0, "holidays": 0,
    "text": 1, "arxiv": 1, "codec": 1, "schema": 1, "markdown": 1,
    "summary_labels": 1, "terms": 2, "labels": 2, "citation": 2, "query": 3, "choose": 4, "render": 4, "export": 4,
    "ledger": 2, "changes": 2, "freshness": 2, "status": 3, "alarm": 4,
    "units": 0, "vocabulary": 0, "notation": 1, "numerals": 1, "names": 1, "wording": 1, "orders": 1, "counts": 2,
    "evidence": 3, "figures": 4, "verify": 5, "extract": 2, "providers": 1, "refusals": 2, "dialect": 3, "wire": 6,
    "llm": 7, "batches": 8, "phrases": 3, "summarize": 6, "prompts": 7, "answers": 6, "spending": 1, "budget": 9,
    "endpoint": 8, "asking": 11, "summaries": 12,
    "templating": 3, "web": 5, "files": 5, "seen": 6, "journal": 6, "store": 7,
    "sources": 6, "channels": 6,
    "llm_options": 7, "options": 8, "config": 9, "plugins": 10, "doors": 10, "gather": 11, "collect": 11, "pages": 11,
    "outcome": 11, "pipeline": 13, "backfill": 14, "batching": 14, "explain": 14, "console": 14, "commands": 15,
    "hosting": 16, "cli": 17, "__main__": 18,
}  # fmt: skip
PURE = {
    "errors", "models", "taxonomy", "text", "arxiv", "codec", "schema", "terms", "query", "choose", "markdown",
    "labels", "summary_labels", "citation", "export", "options", "ledger", "changes", "freshness", "status", "alarm",
    "llm_options", "extract", "units", "vocabulary", "notation", "numerals", "names", "wording", "orders", "counts",
    "evidence", "figures", "verify", "refusals", "dialect", "phrases", "summarize",
}  # fmt: skip
IMPURE_LIBRARIES = {
    "requests", "urllib3", "socket", "subprocess", "threading", "random", "time", "logging", "os", "sys", "tempfile",
    "shutil", "http", "openai",
}  # fmt: skip
LEAF_MAY_KNOW = {"web", "models", "arxiv", "errors", "text", "sources", "channels"}
MAX_FILE, MAX_FUNCTION, MEDIAN_FUNCTION = 300, 40, 8


def name_of(path: Path) -> str:
    """The house's name of a module: a folder of leaves is one name."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules a file imports, as `digest.x` or the library's name; imports for the type checker count too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "digest":
                yield from (f"digest.{alias.name}" for alias in node.names)
            yield node.module


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, lines of code without docstring) of every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            yield f"{path.name}:{node.name}", (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_every_module_has_a_level() -> None:
    """A new module states where it stands."""
    assert {name_of(path) for path in MODULES} == set(LEVELS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_go_down(path: Path) -> None:
    """A module imports only from lower levels."""
    own = name_of(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    others = {name.split(".")[1] for name in imported(tree) if name.startswith("digest.")} & set(LEVELS)
    upward = {other for other in others - {own} if LEVELS[other] >= LEVELS[own] and not _only_for_types(tree, other)}
    assert upward == set()


def _only_for_types(tree: ast.AST, module: str) -> bool:
    """Whether a module is imported only under `if TYPE_CHECKING`."""
    guarded = [
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom) and node.module == f"digest.{module}"
    ]
    every = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == f"digest.{module}"]
    return bool(every) and len(guarded) == len(every)


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p) in PURE], ids=lambda path: path.stem)
def test_pure_modules_touch_nothing_outside(path: Path) -> None:
    """No network, files, clock, randomness or logging in a module that decides."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert {name.split(".")[0] for name in imported(tree)} & IMPURE_LIBRARIES == set()
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert {"open", "print", "input", "datetime.now", "date.today"} & calls == set()


LEAVES = [path for folder in ("sources", "channels") for path in sorted((PACKAGE / folder).glob("[!_]*.py"))]


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: path.stem)
def test_leaves_know_only_their_service(path: Path) -> None:
    """A leaf knows the web, the types and arXiv's rules; not the store, the configuration or the pipeline."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = {name.split(".")[1] for name in imported(tree) if name.startswith("digest.")}
    assert known & set(LEVELS) <= LEAF_MAY_KNOW


def test_files_and_functions_are_small() -> None:
    """The budgets of the house: 300 lines a file, 40 a function, a median of 8."""
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE} == {}
    sizes = dict(each for path in MODULES for each in functions(path))
    assert {name: lines for name, lines in sizes.items() if lines > MAX_FUNCTION} == {}
    assert statistics.median(sizes.values()) <= MEDIAN_FUNCTION


def test_no_broad_except() -> None:
    """Nothing swallows errors it did not expect."""
    broad = [
        f"{path.name}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert broad == []


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """`--help` is instant because no library is loaded for it."""
    heavy = ["openai", "requests", "feedparser", "arxiv", "lxml", "jinja2", "yaml", "regex", "pylatexenc"]
    program = (
        "import sys\nfrom digest.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
