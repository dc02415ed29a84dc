#!/usr/bin/env python3
"""Fails on files that are too long, lie in a room named for nothing, or hold what a reader should not meet."""
import pathlib
import re
import sys

TOPS = ("isinglass", "cli", "tests", "bench", "fuzz", "examples", "tools", "cmake", "python")
SOURCES = {".h", ".cpp"}
MOST_LINES = 400
MOST_TEST_LINES = 600  # tables of cases and golden numbers
EMPTY_NAMES = {"util", "utils", "common", "helper", "helpers", "misc"}
MARK = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def complaints(name, text):
    """Yields (line, what is wrong) for one file."""
    path = pathlib.PurePosixPath(name)
    for part in (*path.parent.parts, path.name.split(".")[0]):
        if part.lower() in EMPTY_NAMES or part.lower().removesuffix("_test") in EMPTY_NAMES:
            yield 1, f"the name '{part}' says nothing; name it for what it holds"
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if MARK.search(line):
            yield number, "a note of work left to do; do it or file it"
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            yield number, "a merge that was not finished"
    if text and not text.endswith("\n"):
        yield len(lines), "no end of line at the end of the file"
    if path.suffix in SOURCES:
        yield from source_complaints(path, lines)


def source_complaints(path, lines):
    most = MOST_TEST_LINES if path.stem.endswith("_test") or path.parts[0] == "tests" else MOST_LINES
    if len(lines) > most:
        yield len(lines), f"{len(lines)} lines, at most {most}; split it by what it holds"
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            yield number, "a character outside of ASCII in C++"
    if path.suffix == ".h":
        if not lines or not lines[0].startswith(f"// {path} - "):
            yield 1, f"the first line should be: // {path} - what it holds, in one sentence."
        if "#pragma once" not in lines and not path.stem.endswith("-inl"):  # Highway's are read many times
            yield 1, "no #pragma once"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    endings = SOURCES | {".py", ".cmake", ".sh", ".toml", ".txt"}
    files = [f for top in TOPS for f in sorted((root / top).rglob("*")) if f.is_file() and f.suffix in endings]
    files += [root / "CMakeLists.txt", root / "run", root / "test"]
    found = []
    for file in files:
        name = file.relative_to(root).as_posix()
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            found.append(f"{name}:1: not UTF-8 at byte {error.start}")
            continue
        found += [f"{name}:{number}: {what}" for number, what in complaints(name, text)]
    print("\n".join(found) if found else f"{len(files)} files, nothing to say")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
