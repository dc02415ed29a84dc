#!/usr/bin/env python3
"""Fails on an #include that points up, or sideways to a room that is not below.

Reads every C++ file of the rooms and the command line; tests/, bench/, fuzz/ and examples/ span rooms.
"""
import pathlib
import re
import sys

# What each room stands on; what those stand on is allowed too.
STANDS_ON = {
    "base": [],
    "kernels": ["base"],
    "distributed": ["base"],
    "nn": ["kernels"],
    "io": ["base"],
    "model": ["nn", "io"],
    "data": ["io", "kernels"],
    "train": ["model", "data"],
    "record": ["train"],
    "explain": ["record"],
    "bench": ["record"],
    "lab": ["train", "figure"],
    "figure": ["record"],
    "book": ["lab", "explain"],
    "serve": ["book"],
    "isinglass": ["serve", "distributed", "book", "figure", "explain", "train", "lab", "bench"],  # isinglass/isinglass.h, all of the library
    "cli": ["isinglass"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def below(room):
    """The room itself and all rooms that it may include."""
    return {room}.union(*(below(other) for other in STANDS_ON[room]))


def room_of(path):
    """The room of a path from the root, or None: isinglass/nn/dense.h -> nn, cli/train.cpp -> cli."""
    parts = pathlib.PurePosixPath(path).parts
    if len(parts) < 2 or parts[0] not in ("isinglass", "cli"):
        return None
    return parts[1] if parts[0] == "isinglass" and len(parts) > 2 else parts[0]


def complaint(room, target, root):
    """What is wrong with including `target` in `room`, or None."""
    other = room_of(target)
    if other is None:
        return f'"{target}" is no path of a room; write it from the root: "isinglass/ROOM/FILE.h"'
    if other not in STANDS_ON:
        return f"room '{other}' is not in the table of {pathlib.Path(__file__).name}"
    if other not in below(room):
        return f"'{room}' may not include '{other}'; it stands on: {', '.join(sorted(below(room) - {room})) or 'nothing'}"
    if not (root / target).is_file():
        return f'"{target}" does not exist'
    return None


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    found = []
    files = [f for top in ("isinglass", "cli") for f in sorted((root / top).rglob("*")) if f.suffix in (".h", ".cpp")]
    for file in files:
        name = file.relative_to(root).as_posix()
        room = room_of(name)
        if room not in STANDS_ON:
            found.append(f"{name}:1: lies in no room of the table of {pathlib.Path(__file__).name}")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            include = INCLUDE.match(line)
            wrong = include and complaint(room, include.group(1), root)
            if wrong:
                found.append(f"{name}:{number}: {wrong}")
    print("\n".join(found) if found else f"{len(files)} files, all arrows point down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
