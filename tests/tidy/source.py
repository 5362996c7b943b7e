"""Just enough of C++: comments and strings taken out, and where functions begin and end."""

import re

_TOKEN = re.compile(
    r'R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"'      # raw string
    r'|//[^\n]*|/\*.*?\*/'                 # comments
    r'|"(?:\\.|[^"\\\n])*"'                # string
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'",  # character, not a digit separator
    re.DOTALL)


def without_comments_and_strings(text):
    """The same text with as many lines, comments blanked, strings emptied."""
    def blank(match):
        found = match.group(0)
        kept = "\n" * found.count("\n")
        return '""' + kept if found[0] in "\"'R" else kept
    return _TOKEN.sub(blank, text)


_SCOPE = re.compile(
    r'^\s*(?:inline\s+namespace\b|namespace\b|extern\b\s*""'
    r'|(?:template\s*<.*>\s*)?(?:class|struct|union|enum)\b)', re.DOTALL)


def functions(text):
    """Yields (first line, lines, name) of every function body at namespace or class level."""
    bare = re.sub(r"^[ \t]*#[^\n]*(?:\\\n[^\n]*)*",
                  lambda directive: "\n" * directive.group(0).count("\n"),
                  without_comments_and_strings(text), flags=re.MULTILINE)
    stack = []      # (kind, header, line)
    header = ""
    line = 1
    for position, sign in enumerate(bare):
        if sign == "\n":
            line += 1
        if sign == "{":
            inside = all(kind == "scope" for kind, _, _ in stack)
            if inside and _SCOPE.search(header):
                kind = "scope"
            elif inside and "(" in header:
                kind = "function"
            else:
                kind = "other"
            stack.append((kind, header, line))
            header = ""
        elif sign == "}":
            if not stack:
                return
            kind, before, start = stack.pop()
            after = bare[position + 1:].lstrip()[:1]
            if kind == "function" and after in (",", "{") and after:
                header = before + " x"  # a member initialiser: the body is still to come
                continue
            if kind == "function":
                name = re.findall(r"([~\w:]+)\s*\(", before)
                yield start, line - start + 1, name[0] if name else "function"
            header = ""
        elif sign == ";":
            header = ""
        else:
            header += sign
