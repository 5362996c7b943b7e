"""The top README against the tree: table of includes, picture of folders; a README per folder."""

import os
import re

import rules

_HIDDEN = (".ci",)


def table():
    """The table of includes as the README must have it."""
    lines = ["| Folder | May include | Libraries |", "|---|---|---|"]
    for folder, may, libraries in rules.FOLDERS:
        shown = [name if name == "the floor" else f"`{name}`" for name in may if name != folder]
        itself = ", ".join(["itself"] + shown)
        lines.append(f"| `{folder}` | {itself} | {', '.join(libraries) or '–'} |")
    return "\n".join(lines)


def folders_of(paths):
    """Every folder of the tree that holds a file, with its parents."""
    found = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder and not folder.startswith(_HIDDEN):
            found.add(folder)
            folder = os.path.dirname(folder)
    return found


def pictured(text):
    """The folders of the picture: the code block under `## The folders`, by indentation."""
    block = re.search(r"^## The folders\n.*?^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    if not block:
        return None
    found, parents = set(), []
    for line in block.group(1).splitlines():
        match = re.match(r"( *)([\w.]+)/(?:\s|$)", line)
        if not match:
            continue
        depth = len(match.group(1)) // 2
        parents = parents[:depth] + [match.group(2)]
        found.add("/".join(parents))
    return found


def check(root, paths):
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        text = file.read()
    if table() not in text:
        yield "README.md: its table of includes is not what is enforced, which is:\n" + table()
    picture, tree = pictured(text), folders_of(paths)
    if picture is None:
        yield "README.md: has no picture under `## The folders`"
        return
    for folder in sorted(tree - picture):
        yield f"README.md: the picture lacks {folder}/"
    for folder in sorted(picture - tree):
        yield f"README.md: the picture shows {folder}/, which is not there"
    for folder in sorted(tree):
        if folder + "/README.md" not in paths:
            yield f"{folder}/: has no README.md"
