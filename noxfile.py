"""Everything one does with the book. ``nox -l`` lists it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "tests", "site"]

LOCK = Path("constraints.txt")
PROJECT = nox.project.load_toml("pyproject.toml")
SITE = Path("build/site")


def install(session: nox.Session, *extras: str, groups: tuple[str, ...] = ()) -> None:
    """Install the package in place with the locked versions, unless that was done before.

    The environment keeps a stamp of what was installed, so an unchanged rebuild does not wait for
    pip to find out that nothing is to be done.
    """
    wanted = ["--editable", f".[{','.join(extras)}]" if extras else "."]
    wanted += nox.project.dependency_groups(PROJECT, *groups)
    declared = (Path("pyproject.toml").read_bytes(), LOCK.read_bytes(), repr(wanted).encode())
    stamp = Path(session.virtualenv.location, "installed.sha256")
    digest = hashlib.sha256(b"".join(declared)).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        session.log("Packages as locked: nothing to install.")
        return
    if "gpu" in extras:  # The two TensorFlows own the same files.
        session.run("pip", "uninstall", "--yes", "tensorflow-cpu", silent=True)
    session.install("--constraint", str(LOCK), *wanted)
    stamp.write_text(digest, encoding="ascii")


@nox.session
def site(session: nox.Session) -> None:
    """Build the book into build/site; only changes run (--accept, --device gpu, --bundle)."""
    gpu = "gpu" in session.posargs
    if gpu and shutil.which("nvidia-smi") is None:
        session.error("there is no GPU: 'nvidia-smi', which comes with its driver, is not there")
    install(session, "gpu" if gpu else "cpu", "book")
    options = [option for option in session.posargs if option != "--bundle"]
    session.run("python", "-m", "convbook.sphinxext.site", *options)
    if options != session.posargs:
        session.run("python", "-m", "convbook.sphinxext.bundle")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, every example and every exercise's solution among them."""
    install(session, "cpu", "book", groups=("test",))
    # Alone on the machine, so that the seconds an epoch are honest; the tests load what they need.
    session.run("python", "-m", "convbook", "train", "--book")
    session.run(
        "pytest", "-n", "auto", "--dist", "worksteal", "--mpl", *session.posargs,
        env={"MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, the direction of imports, and the workflow of GitHub Actions."""
    install(session, "book", groups=("test", "workflow"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    schema = ("check-jsonschema", "--builtin-schema")
    session.run(*schema, "vendor.github-workflows", ".github/workflows/book.yml")
    session.run(*schema, "vendor.github-actions", ".github/actions/prepare/action.yml")
    session.run("zizmor", "--offline", "--min-severity", "medium", ".github")


@nox.session
def browser(session: nox.Session) -> None:
    """Open the built site in Chromium and check what a reader would meet."""
    if not SITE.is_dir():
        session.error(f"{SITE} is not there: run 'nox -s site' first")
    if shutil.which("chromium") is None:
        session.error("Chromium is not there: on Debian, 'apt-get install chromium'")
    install(session, groups=("browser",))
    session.run("pytest", "-n", "auto", "tests/browser", *session.posargs)


@nox.session
def live(session: nox.Session) -> None:
    """Rebuild and reload in the browser while one writes."""
    install(session, "cpu", "book", groups=("live",))
    session.run(
        "sphinx-autobuild", "-b", "html", "-c", "conf", "-d", "build/doctrees-live", "-j", "auto",
        "--watch", "examples", "--watch", "src", "--watch", "conf",
        "--ignore", "book/gallery/*", "--ignore", "book/jupyter_execute/*",
        *session.posargs, "book", "build/live",
    )  # fmt: skip


@nox.session
def figures(session: nox.Session) -> None:
    """Draw the figure tests' reference images anew; look at them before you commit them."""
    install(session, "cpu", "book", groups=("test",))
    session.run("pytest", "tests/test_plotting.py", "--mpl-generate-path=tests/baseline",
                *session.posargs, env={"MPLBACKEND": "agg"})  # fmt: skip


@nox.session
def studies(session: nox.Session) -> None:
    """Run the studies named, or all that are missing or outdated; a killed run goes on."""
    install(session, "cpu")
    session.run("python", "-m", "convbook.studies.run", *session.posargs)


@nox.session
def benchmark(session: nox.Session) -> None:
    """Time the training against Keras and the machine, and each example against an import."""
    install(session, "cpu")
    for part in session.posargs or ("training", "examples"):
        session.run("python", f"tests/benchmark/{part}.py")


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Follow every external link of the book; needs the network."""
    install(session, "cpu", "book")
    session.run("sphinx-build", "-b", "linkcheck", "-c", "conf", "-d", "build/doctrees", "book",
                "build/linkcheck")  # fmt: skip


@nox.session(reuse_venv=False)
def lock(session: nox.Session) -> None:
    """Take the newest versions that fit pyproject.toml, and write them to constraints.txt."""
    session.install(
        ".[cpu,book]", *nox.project.dependency_groups(PROJECT, *PROJECT["dependency-groups"])
    )
    frozen = session.run("pip", "freeze", "--exclude", "convbook", silent=True)
    LOCK.write_text(f"# Written by 'nox -s lock'.\n{frozen}", encoding="utf-8")
