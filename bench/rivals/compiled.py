"""Rivals that are C++ libraries: builds a program beside this file once, where its library is installed."""

import hashlib
import pathlib
import subprocess
import tempfile

from problem import Skipped


def program(source, libraries, defines=()):
    """The path of the program that SOURCE makes; Skipped where it cannot be built."""
    path = pathlib.Path(__file__).with_name(source)
    command = ["g++", "-O3", "-march=native", "-DNDEBUG", "-std=c++17", *(f"-D{d}" for d in defines), str(path)]
    libraries = [f"-l{name}" for name in libraries]
    key = hashlib.sha256(path.read_bytes() + " ".join(command + libraries).encode()).hexdigest()[:16]
    target = pathlib.Path(tempfile.gettempdir(), f"isinglass-rival-{path.stem}-{key}")
    if not target.exists():
        built = subprocess.run(command + ["-o", f"{target}.new"] + libraries, capture_output=True, text=True)
        if built.returncode != 0:
            errors = [line for line in built.stderr.splitlines() if "error" in line]
            raise Skipped(f"cannot be built: {(errors or ['no compiler'])[0]}")
        pathlib.Path(f"{target}.new").rename(target)
    return target


def package_version(package):
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return found.stdout.strip() or "unknown"
