"""Draws sites of a run over the corpus, to be read by hand: python3 draw.py AWAITIFY CORPUS [SEED [RECIPE …]]

Prints how many sites each recipe has by level, then 40 changes and 5 findings of each recipe with the
lines around them, always the same ones for a seed.
"""

import collections
import json
import pathlib
import random
import subprocess
import sys

CHANGES, FINDINGS = 40, 5


def sites(program, root, recipes):
    """One run per release: paths are those of its own project."""
    for release in sorted(path for path in root.iterdir() if path.is_dir()):
        command = [program, "diff", "--format", "json", "--safety", "review", "."]
        if recipes:
            command[2:2] = ["--select", ",".join(recipes)]
        run = subprocess.run(command, cwd=release, capture_output=True, text=True)
        for line in run.stdout.splitlines():
            site = json.loads(line)
            if site["type"] in ("change", "finding"):
                yield release, site


def show(release, site):
    cell = f"{site['cell']}:" if "cell" in site else ""
    place = f"{release.name} {site['path']}:{cell}{site['line']}"
    print(f"\n{place}\t{site['rule']}\t{site.get('safety')}\t{site['reason']}")
    if not cell:
        lines = (release / site["path"]).read_text(errors="replace").splitlines()
        first = max(0, site["line"] - 4)
        for number, line in enumerate(lines[first : site["line"] + 3], first + 1):
            print(f"  {number:5}{'>' if number == site['line'] else ' '} {line}")


def main():
    program, root = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    drawn = collections.defaultdict(list)
    count = collections.Counter()
    for release, site in sites(program, root, sys.argv[4:]):
        level = "finding" if site["type"] == "finding" else f"{site['safety']} {site['status']}"
        count[site["recipe"], level] += 1
        drawn[site["recipe"], site["type"]].append((release, site))
    for (recipe, level), number in sorted(count.items()):
        print(f"{recipe:28} {level:20} {number:6}")
    for (recipe, kind), found in sorted(drawn.items()):
        print(f"\n== {recipe}: {kind}")
        for release, site in chance.sample(found, min(len(found), CHANGES if kind == "change" else FINDINGS)):
            show(release, site)


main()
