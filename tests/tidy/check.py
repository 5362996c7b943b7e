#!/usr/bin/env python3
"""Enforces the rules of the house. `check.py ROOT text` or `check.py ROOT headers BUILD_DIR`."""

import concurrent.futures
import hashlib
import os
import re
import subprocess
import sys

import readme
import rules
import source

SKIPPED = {".git", "build", "data", "node_modules", "__pycache__"}
CODE = (".cpp", ".hpp", ".py", ".sh", ".lua", ".cmake", "CMakeLists.txt")


def files_of(root):
    """Paths of all files of the repository, relative to its root."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)


def allowed_at(path, places):
    return any(path.startswith(place) for place in places)


def row_of(path):
    return next((row for row in rules.FOLDERS if path.startswith(row[0])), None)


def library_of(include, path):
    if include.startswith(rules.OPENSSL):
        return "libcrypto" if path.startswith("runtime/base/") else "OpenSSL"
    for prefix, library in rules.LIBRARIES:
        if include.startswith(prefix):
            return library
    return None


def is_system(include):
    return (include.startswith(rules.SYSTEM_PREFIXES) or include in rules.SYSTEM_HEADERS
            or re.fullmatch(r"[a-z_0-9]+", include) is not None)


def check_include(path, number, opening, include):
    folder, may, libraries = row_of(path)
    where = f"{path}:{number}: "
    if opening == '"':
        wanted = [place for name in may
                  for place in (rules.THE_FLOOR if name == "the floor" else [name])]
        if not allowed_at(include, wanted):
            yield where + f'{folder} may not include "{include}"'
        return
    library = library_of(include, path)
    if library is None:
        if not is_system(include):
            yield where + f"<{include}> belongs to no library of the table"
    elif library not in libraries and libraries != ["any"]:
        yield where + f"{folder} may not include <{include}> ({library})"


def check_includes(path, text):
    if row_of(path) is None:
        yield f"{path}: its folder is not in the table of includes"
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield from check_include(path, number, match.group(1), match.group(2))


def check_banned(path, text):
    bare = source.without_comments_and_strings(text)
    includes = "\n".join(line if line.lstrip().startswith("#") else "" for line in text.split("\n"))
    for pattern, instead, places in rules.BANNED:
        if allowed_at(path, places):
            continue
        for number, (line, include) in enumerate(zip(bare.split("\n"), includes.split("\n")), 1):
            found = re.search(pattern, line) or re.search(pattern, include)
            if found:
                yield f"{path}:{number}: banned: {found.group(0).strip()} ({instead})"


def check_lengths(path, text):
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if len(line) > rules.LINE_MAX:
            yield f"{path}:{number}: {len(line)} columns, at most {rules.LINE_MAX}"
    if len(lines) > rules.FILE_LINES_MAX:
        yield f"{path}: {len(lines)} lines, at most {rules.FILE_LINES_MAX}"
    if path.endswith((".cpp", ".hpp")):
        for start, count, name in source.functions(text):
            if count > rules.FUNCTION_LINES_MAX:
                yield (f"{path}:{start}: {name} has {count} lines, "
                       f"at most {rules.FUNCTION_LINES_MAX}")


def check_start(path, text):
    if path.endswith((".cpp", ".hpp")) and not text.startswith("//"):
        yield f"{path}:1: starts with a comment that says why it exists"
    if path.endswith(".hpp") and "#pragma once" not in text:
        yield f"{path}:1: has no #pragma once"


def check_own_header(path, text, paths):
    """A file that includes its own header first proves, built without precompiled headers as the
    release is, that the header compiles alone."""
    own = path[:-4] + ".hpp"
    if path.endswith(".cpp") and own in paths:
        first = re.search(r'^\s*#\s*include\s*["<]([^">]+)', text, re.MULTILINE)
        if first is None or first.group(1) != own:
            yield f"{path}: its first include is not {own}"


def check_text(root):
    paths = list(files_of(root))
    known = set(paths)
    for path in paths:
        if not path.endswith(CODE):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        yield from check_lengths(path, text)
        if not path.startswith("tests/tidy/"):
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(rules.MARKERS, line):
                    yield f"{path}:{number}: left-over marker"
        if path.endswith((".cpp", ".hpp")):
            yield from check_start(path, text)
            yield from check_own_header(path, text, known)
            yield from check_includes(path, text)
            yield from check_banned(path, text)
    yield from readme.check(root, paths)


def digest_of(root, header, seen):
    """Of the header and all of ours that it includes; `seen` keeps files from counting twice."""
    if header in seen or not os.path.exists(os.path.join(root, header)):
        return ""
    seen.add(header)
    with open(os.path.join(root, header), encoding="utf-8") as file:
        text = file.read()
    inner = re.findall(r'^\s*#\s*include\s*"([^"]+)"', text, re.MULTILINE)
    parts = [text] + [digest_of(root, name, seen) for name in inner]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def compile_alone(root, build, header):
    """The compiler's complaint about a file that includes only `header`, or None. What passed
    is not asked again until it or what it includes changes."""
    stem = os.path.join(build, header.replace("/", "_"))
    digest = digest_of(root, header, set())
    if os.path.exists(stem + ".passed"):
        with open(stem + ".passed", encoding="ascii") as file:
            if file.read() == digest:
                return None
    with open(stem + ".cpp", "w", encoding="utf-8") as file:
        file.write(f'#include "{header}"\n')
    command = ["g++", "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
               "-Werror", "-I", root, "-fsyntax-only", stem + ".cpp"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"{header} does not compile alone:\n{done.stderr}"
    with open(stem + ".passed", "w", encoding="ascii") as file:
        file.write(digest)
    return None


def check_headers(root, build):
    os.makedirs(build, exist_ok=True)
    paths = set(files_of(root))
    headers = [path for path in sorted(paths) if path.endswith(".hpp")
               and (path.startswith("tests/") or path[:-4] + ".cpp" not in paths)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for complaint in pool.map(lambda header: compile_alone(root, build, header), headers):
            if complaint:
                yield complaint


def main():
    root = os.path.abspath(sys.argv[1])
    found = check_text(root) if sys.argv[2] == "text" else check_headers(root, sys.argv[3])
    complaints = list(found)
    for complaint in complaints:
        print(complaint)
    print(f"{len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
