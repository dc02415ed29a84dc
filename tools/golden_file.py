"""The golden files that PyTorch computes: written, or computed again and compared."""
import json
import sys


def differences(kept, computed, where=""):
    """Where two documents differ: numbers by more than 1e-12, all else at all."""
    if isinstance(kept, float) and isinstance(computed, float):
        if abs(kept - computed) > 1e-12 * max(1.0, abs(kept)):
            yield f"{where}: {kept!r} in the file, {computed!r} computed"
    elif isinstance(kept, dict) and isinstance(computed, dict) and kept.keys() == computed.keys():
        for key in kept:
            yield from differences(kept[key], computed[key], f"{where}.{key}")
    elif isinstance(kept, list) and isinstance(computed, list) and len(kept) == len(computed):
        for k, (a, b) in enumerate(zip(kept, computed)):
            yield from differences(a, b, f"{where}[{k}]")
    elif kept != computed:
        yield f"{where}: {str(kept)[:60]} in the file, {str(computed)[:60]} computed"


def check(path, computed):
    with open(path, encoding="ascii") as file:
        kept = json.load(file)
    kept["torch"] = computed["torch"]  # another version must give the same numbers
    found = list(differences(kept, json.loads(json.dumps(computed))))
    print("\n".join(found[:20]) if found else f"{len(computed['cases'])} cases agree with {path}")
    return 1 if found else 0


def main(path, document, text_of):
    """Writes text_of(document()), or with --check compares; the exit status."""
    if sys.argv[1:] == ["--check"]:
        return check(path, document())
    if sys.argv[1:]:
        print(f"usage: {sys.argv[0].rpartition('/')[2]} [--check]")
        return 2
    with open(path, "w", encoding="ascii") as file:
        file.write(text_of(document()))
    return 0
