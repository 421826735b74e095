"""Reads what our USDZ files hold: the zip by its own headers, and of the layer's text what a mesh needs."""

import re
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Member:
    """A file in a zip: where its bytes begin, how they are stored, and what they are."""

    name: str
    begins_at: int
    method: int
    data: bytes


def members(package: bytes) -> list[Member]:
    """Of a zip, in the order of their local headers."""
    found, at = [], 0
    while package[at : at + 4] == b"PK\3\4":
        method, size, name_length, extra_length = struct.unpack_from("<8xH8xI4xHH", package, at)
        name = package[at + 30 : at + 30 + name_length].decode()
        begins_at = at + 30 + name_length + extra_length
        found.append(Member(name, begins_at, method, package[begins_at : begins_at + size]))
        at = begins_at + size
    return found


def numbers(layer: str, attribute: str) -> NDArray[np.float64]:
    """The values of an attribute, tuples one after the other."""
    [text] = re.findall(rf"^\s+[\w:]+\[\] {re.escape(attribute)} = \[(.*?)\]", layer, re.MULTILINE)
    return np.array(re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text), float)


def links(layer: str) -> set[str]:
    """All paths that something is bound or connected to, without their properties."""
    return {path.split(".")[0] for path in re.findall(r"= <(/[^>]+)>", layer)}


def prims(layer: str) -> set[str]:
    """Paths of all prims: by their braces."""
    paths, stack = set(), [""]
    for line in layer.splitlines():
        if named := re.match(r'\s*def \w+ "(\w+)"', line):
            name = named[1]
        if line.strip() == "{":
            stack.append(f"{stack[-1]}/{name}")
            paths.add(stack[-1])
        elif line.strip() == "}":
            stack.pop()
    assert stack == [""], "a brace is not closed"
    return paths
