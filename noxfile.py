"""Everything one does with the book. ``nox -l`` lists it."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "tests", "site"]

SITE = Path("build/site")
LAST_FREE_COMMIT = "9ccbc0656e"  # the rules of .gitlint hold for the commits after it
# What is installed together is locked together: the book for a processor, that for a GPU (the other
# TensorFlow), what checks it, and nox itself. The tests need two of these, which agree.
LOCKED = {
    "cpu": "pyproject.toml --extra cpu --extra book --group live --group build",
    "gpu": "pyproject.toml --extra gpu --extra book --group build --constraint locks/cpu.txt",
    "checks": "pyproject.toml --extra book --group test --group workflow --group browser "
              "--group build --constraint locks/cpu.txt",
    "nox": "--group nox",
}  # fmt: skip
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("linux", "macos", "windows")
OLDEST_MAC = "15.0"  # for which there are wheels of all packages


def lock_of(name: str) -> Path:
    """Return the file with the versions and hashes of what is installed together."""
    return Path("locks", f"{name}.txt")


def install(session: nox.Session, *names: str) -> None:
    """Install what is locked, checked by hash, and the package in place, unless that was done.

    The environment keeps a stamp of what was installed, so an unchanged rebuild does not wait for
    pip to find out that nothing is to be done.
    """
    locks = [lock_of(name) for name in names]
    declared = b"".join(file.read_bytes() for file in (Path("pyproject.toml"), *locks))
    digest = hashlib.sha256(declared).hexdigest()
    stamp = Path(session.virtualenv.location, "installed.sha256")
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        session.log("Packages as locked: nothing to install.")
        return
    # The two TensorFlows own the same files: the one that is not wanted goes first.
    other = "tensorflow-cpu" if "gpu" in names else "tensorflow"
    session.run("pip", "uninstall", "--yes", other, silent=True)
    wanted = [part for lock in locks for part in ("--requirement", str(lock))]
    session.install("--require-hashes", "--only-binary", ":all:", *wanted)
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    stamp.write_text(digest, encoding="ascii")


@nox.session
def site(session: nox.Session) -> None:
    """Build the book into build/site if anything has changed (--accept, --device gpu, --bundle)."""
    parser = argparse.ArgumentParser(prog="nox -s site --", add_help=False)
    parser.add_argument("--bundle", action="store_true")
    parser.add_argument("--device")
    chosen, options = parser.parse_known_args(session.posargs)
    if chosen.device == "gpu" and shutil.which("nvidia-smi") is None:
        session.error("there is no GPU: 'nvidia-smi', which comes with its driver, is not there")
    if chosen.device is not None:
        options += ["--device", chosen.device]
    install(session, "gpu" if chosen.device == "gpu" else "cpu")
    session.run("python", "-m", "bookbuild.editions.site", *options)
    if chosen.bundle:
        session.run("python", "-m", "bookbuild.editions.bundle")


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, those of every script and every solution among them, or only those of FILE."""
    install(session, "cpu", "checks")
    if not session.posargs:
        # Alone on the machine, so that the seconds an epoch are honest; the tests load networks.
        session.run("python", "-m", "convbook", "train", "--book")
    session.run(
        "pytest", "-n", "auto", "--dist", "worksteal", "--mpl", "--ignore=tests/browser",
        *session.posargs,
    )  # fmt: skip


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, names, types, imports, spelling, commits, the workflow, and live figures."""
    if shutil.which("npm") is None:
        session.error("npm is not there, which installs the checkers of src/live: on Debian, "
                      "'apt-get install npm'")  # fmt: skip
    install(session, "checks")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("codespell")
    session.run("pytest", "--quiet", "tests/test_words.py")
    # An archive of the sources has no history, and a shallow clone not all of it.
    known = ["git", "merge-base", "--is-ancestor", LAST_FREE_COMMIT, "HEAD"]
    if shutil.which("git") and subprocess.run(known, stderr=subprocess.DEVNULL).returncode == 0:
        session.run("gitlint", "--commits", f"{LAST_FREE_COMMIT}..HEAD")
    else:
        session.log("Commits are not checked: their history is not here.")
    schema = ("check-jsonschema", "--builtin-schema")
    session.run(*schema, "vendor.github-workflows", ".github/workflows/book.yml")
    session.run(*schema, "vendor.github-actions", ".github/actions/prepare/action.yml")
    session.run("zizmor", "--offline", "--min-severity", "medium", ".github")
    session.run("npm", "ci", "--no-audit", "--no-fund", external=True)
    session.run("npm", "run", "lint", external=True)


@nox.session
def browser(session: nox.Session) -> None:
    """Open the built site in Chromium and check what a reader would meet."""
    if not SITE.is_dir():
        session.error(f"{SITE} is not there: run 'nox -s site' first")
    if shutil.which("chromium") is None:
        session.error("Chromium is not there: on Debian, 'apt-get install chromium'")
    install(session, "cpu", "checks")  # the code of live figures is run
    session.run("pytest", "-n", "auto", "tests/browser", *session.posargs)


@nox.session
def lighthouse(session: nox.Session) -> None:
    """Let Lighthouse judge four built pages as a slow phone would see them; fetches it with npx."""
    install(session, "checks")
    session.run("python", "-m", "tests.browser.lighthouse", *session.posargs)


@nox.session
def live(session: nox.Session) -> None:
    """Rebuild and reload in the browser while one writes, with the page of specimens."""
    install(session, "cpu")
    session.run(
        "sphinx-autobuild", "-b", "html", "-c", "conf", "-t", "live", "-j", "auto",
        "-d", "build/doctrees-live",
        "--watch", "examples", "--watch", "src", "--watch", "conf",
        "--re-ignore", "__pycache__|/book/(gallery|generated|jupyter_execute)/",
        *session.posargs, "book", "build/live",
    )  # fmt: skip


@nox.session
def figures(session: nox.Session) -> None:
    """Draw the figure tests' reference images anew; look at them before you commit them."""
    install(session, "cpu", "checks")
    folder = "tests/convbook/plotting"
    session.run("pytest", f"{folder}/test_plotting.py", f"--mpl-generate-path={folder}/baseline",
                *session.posargs)  # fmt: skip


@nox.session
def studies(session: nox.Session) -> None:
    """Run the studies named, or all that are missing or outdated; a killed run goes on."""
    install(session, "cpu")
    session.run("python", "-m", "bookbuild.studies.run", *session.posargs)


@nox.session
def benchmark(session: nox.Session) -> None:
    """Time the training against Keras and the machine, and each example against an import."""
    install(session, "cpu")
    for part in session.posargs or ("training", "examples"):
        session.run("python", f"tests/benchmark/{part}.py")


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Follow every external link of the book; needs the network."""
    install(session, "cpu")
    session.run("sphinx-build", "-b", "linkcheck", "-c", "conf", "-d", "build/doctrees", "book",
                "build/linkcheck")  # fmt: skip


@nox.session(python=False)
def reproducible(session: nox.Session) -> None:
    """Build the last commit twice, in two time zones with a cache each, and compare every byte."""
    sites = []
    for zone in ("America/St_Johns", "Pacific/Kiritimati"):
        clone = Path("build/reproducible", zone).resolve()
        shutil.rmtree(clone, ignore_errors=True)
        session.run("git", "clone", "--quiet", ".", str(clone), external=True)
        session.run(
            sys.executable, "-m", "nox", "--noxfile", str(clone / "noxfile.py"), "-s", "site",
            env={"CONVBOOK_CACHE": str(clone / "build/cache"), "TZ": zone}, external=True,
        )  # fmt: skip
        sites.append(_hashes(clone / SITE))
    first, second = sites
    names = first.keys() | second.keys()
    if differ := sorted(name for name in names if first.get(name) != second.get(name)):
        session.error(f"{len(differ)} of {len(names)} files differ: {', '.join(differ)}")
    session.log(f"The two sites are the same {len(names)} files, byte for byte.")
    shutil.rmtree("build/reproducible")


def _hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each file by its path within a folder."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


@nox.session
def lock(session: nox.Session) -> None:
    """Bring locks/ in line with pyproject.toml (--upgrade; --check changes nothing, and fails)."""
    session.install("--require-hashes", "--requirement", str(lock_of("nox")))
    options = [option for option in session.posargs if option != "--check"]
    checks = options != session.posargs
    stale = []
    for name, wanted in LOCKED.items():
        file = lock_of(name)
        locked = Path(shutil.copy(file, session.create_tmp()))  # uv keeps the versions in it
        session.run(
            "uv", "pip", "compile", "--quiet", "--universal", "--fork-strategy", "fewest",
            "--generate-hashes", "--no-build", "--custom-compile-command", "nox -s lock",
            *wanted.split(), *options, "--output-file", str(locked),
        )  # fmt: skip
        # There are no conflicts. Is there a wheel of each for every Python and platform?
        for python, platform in itertools.product(PYTHONS, PLATFORMS):
            if name != "gpu" or platform == "linux":
                session.run(
                    "uv", "pip", "install", "--quiet", "--dry-run", "--require-hashes",
                    "--no-build", "--python-version", python, "--python-platform", platform,
                    "--target", str(locked.with_suffix("")), "--requirement", str(locked),
                    env={"MACOSX_DEPLOYMENT_TARGET": OLDEST_MAC},
                )  # fmt: skip
        if locked.read_bytes() != file.read_bytes():
            stale.append(str(file))
            if not checks:
                shutil.copy(locked, file)
    if checks and stale:
        session.error(f"{', '.join(stale)}: not as pyproject.toml asks for; run 'nox -s lock'")
