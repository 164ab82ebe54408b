"""Makes .venv and installs a lock into it, when that was not done yet.

Runs on any Python from 3.11 on with the standard library only: it is what installs everything else.
"""

import argparse
import hashlib
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from scripts.ports import port_problem

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


def main() -> int:
    """Exit code 0 when .venv holds exactly what the lock asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lock", type=Path, help="requirements.lock or requirements-dev.lock")
    parser.add_argument("--free-port", help="stop at once, in words, when this port is taken")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    problem = port_problem(options.free_port) if options.free_port is not None else None
    if problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        make_venv()
        return install(ROOT / options.lock)
    except KeyboardInterrupt:
        return 130


def stop(signum: int, frame: FrameType | None) -> None:
    """TERM ends pip as Ctrl-C does, instead of leaving it behind."""
    raise KeyboardInterrupt


def make_venv() -> None:
    """A .venv that starts; one that lost its Python (moved, upgraded) is made anew."""
    if VENV_PYTHON.exists() and subprocess.run([VENV_PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Making .venv with Python {version}", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def install(lock: Path) -> int:
    """Installs `lock`, unless the stamp says that this very lock is installed; pip's exit code."""
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f".installed-{lock.name}"
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    stamp.unlink(missing_ok=True)
    total = sum("==" in line for line in lock.read_text().splitlines())
    command = [VENV_PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--disable-pip-version-check"]
    code = watch([*map(str, command), "--progress-bar", "off", "-r", str(lock)], total)
    if code == 0:
        stamp.write_text(wanted)
    else:
        print("Installing failed (above is pip's reason); `make` tries again from where it stopped.", file=sys.stderr)
    return code


def watch(command: list[str], total: int) -> int:
    """Runs pip with one line of progress; what it printed is shown only when it fails."""
    output: list[str] = []
    seen = 0
    if not sys.stdout.isatty():
        progress(f"Installing {total} packages\n")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        try:
            for line in pip.stdout:
                output.append(line)
                seen += line.startswith(("Collecting ", "Requirement already", "Ignoring "))
                doing = "Unpacking" if line.startswith("Installing collected") else "Fetching"
                progress(f"{doing} packages: {min(seen, total)} of {total}")
        except KeyboardInterrupt:
            pip.terminate()
            raise
    progress("Packages installed\n" if pip.returncode == 0 else "\n")
    if pip.returncode:
        sys.stderr.writelines(output[-15:])
    return pip.returncode


def progress(text: str) -> None:
    """Overwrites the line on a terminal; elsewhere only whole lines are written."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K{text}")
    elif text.strip() and text.endswith("\n"):
        sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
