"""Comparing an answer with what a case expects: wild cards, captures, and where they differ."""

import re

ID = "[0-9A-Za-z]{21}"
WILD_CARDS = {
    "<any>": lambda value: True,
    "<string>": lambda value: isinstance(value, str) and value != "",
    "<text>": lambda value: isinstance(value, str),
    "<number>": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "<bool>": lambda value: isinstance(value, bool),
    "<object>": lambda value: isinstance(value, dict),
    "<array>": lambda value: isinstance(value, list),
    "<flow>": lambda value: is_text(value, "flw_" + ID),
    "<execution>": lambda value: is_text(value, "exec_" + ID),
    "<webhook>": lambda value: is_text(value, "whk_" + ID),
    "<delivery>": lambda value: is_text(value, "dlv_" + ID),
    "<secret>": lambda value: is_text(value, "whsec_[0-9A-Za-z+/]{43}="),
    "<event>": lambda value: is_text(value, "evt_[0-9A-Za-z_]+"),
    "<request>": lambda value: is_text(value, "req_.+"),
    "<time>": lambda value: is_text(value, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "<sha256>": lambda value: is_text(value, "[0-9a-f]{64}"),
}


def is_text(value, pattern):
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def fill(template, names):
    """Puts captured values in place of ${name}; a string that is only that takes the type too."""
    if isinstance(template, str):
        whole = re.fullmatch(r"\$\{(\w+)\}", template)
        if whole:
            return names[whole.group(1)]
        return re.sub(r"\$\{(\w+)\}", lambda found: str(names[found.group(1)]), template)
    if isinstance(template, list):
        return [fill(item, names) for item in template]
    if isinstance(template, dict):
        return {fill(key, names): fill(value, names) for key, value in template.items()}
    return template


def differences(expected, actual, path="$"):
    """Objects may hold more than is expected, unless the expectation has "<exactly>": true. The
    member value "<absent>" says that there is none. A list that ends in "<more>" may go on."""
    if isinstance(expected, str) and expected in WILD_CARDS:
        same = WILD_CARDS[expected](actual)
        return [] if same else [f"{path}: {expected} expected, got {actual!r}"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        return object_differences(expected, actual, path)
    if isinstance(expected, list) and isinstance(actual, list):
        return list_differences(expected, actual, path)
    same = type(expected) is type(actual) and expected == actual
    return [] if same else [f"{path}: {expected!r} expected, got {actual!r}"]


def object_differences(expected, actual, path):
    found = []
    named = {key: value for key, value in expected.items() if key != "<exactly>"}
    for key, value in named.items():
        if value == "<absent>":
            found += [f"{path}.{key}: must be absent"] if key in actual else []
        elif key not in actual:
            found.append(f"{path}.{key}: missing")
        else:
            found += differences(value, actual[key], f"{path}.{key}")
    if expected.get("<exactly>"):
        found += [f"{path}.{key}: not expected" for key in actual if key not in named]
    return found


def list_differences(expected, actual, path):
    more = bool(expected) and expected[-1] == "<more>"
    items = expected[:-1] if more else expected
    if len(actual) < len(items) or (len(actual) > len(items) and not more):
        return [f"{path}: {len(items)} items expected, got {len(actual)}"]
    return [difference for i, item in enumerate(items)
            for difference in differences(item, actual[i], f"{path}[{i}]")]


def pick(value, path):
    """The value at `$.data.items[0].id`."""
    for step in re.findall(r"\.([\w-]+)|\[(-?\d+)\]", path):
        value = value[step[0]] if step[0] else value[int(step[1])]
    return value
