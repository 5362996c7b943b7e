"""Bodies that are too long or too odd to be written into a case."""


def deep(count, bracket="["):
    closing = {"[": "]", "{": "}"}[bracket]
    opening = bracket if bracket == "[" else '{"a":'
    return (opening * count + "1" + closing * count).encode()


def make(spec):
    """`spec` is {kind, count, before?, after?}: the made part stands between the two texts."""
    count = spec.get("count", 0)
    kinds = {
        "deep_arrays": lambda: deep(count),
        "deep_objects": lambda: deep(count, "{"),
        "many_keys": lambda: ("{" + ",".join(f'"k{i}":1' for i in range(count)) + "}").encode(),
        "many_items": lambda: ("[" + ",".join(["1"] * count) + "]").encode(),
        "long_number": lambda: b"1" * count,
        "long_string": lambda: b'"' + b"a" * count + b'"',
        "many_nodes": lambda: (
            "[" + ",".join(f'{{"id":"n{i}","type":"log","data":{{}}}}' for i in range(count)) + "]"
        ).encode(),
        "bytes": lambda: bytes.fromhex(spec["hex"]),
    }
    return spec.get("before", "").encode() + kinds[spec["kind"]]() + spec.get("after", "").encode()
