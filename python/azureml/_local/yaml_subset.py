"""The part of YAML that conda files and run configurations are written in: block and one-line mappings and lists,
plain and quoted scalars, comments. What lies outside it (anchors, tags, block text) is an error that names the line."""
from __future__ import annotations

import re
from typing import Any, List, NamedTuple, NoReturn, Tuple

from ..exceptions import UserErrorException

_KEY = re.compile(r"""^((?:"[^"]*"|'[^']*'|[^\s#\[\]{}"'][^#]*?))\s*:(?:\s+(.*))?$""")
_INT = re.compile(r"^[-+]?\d+$")
_FLOAT = re.compile(r"^[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?$")
_PLAIN = re.compile(r"^[A-Za-z0-9_./\\$~+(][^:#\n]*$")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "yes": True, "no": False}


class _Line(NamedTuple):
    number: int
    indent: int
    text: str


def load(text: str) -> Any:
    """The value that the text writes; None for an empty text. Raises UserErrorException naming the line."""
    lines = [line for line in _lines(text)]
    if not lines:
        return None
    value, rest = _block(lines, 0)
    if rest != len(lines):
        _wrong(lines[rest], "it is indented less than what it follows")
    return value


def dump(value: Any, indent: int = 0) -> str:
    """The value as text that load reads back."""
    pad = " " * indent
    if isinstance(value, dict):
        return "".join(f"{pad}{_scalar_text(key)}:{_entry(item, indent)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return "".join(_list_item(item, indent) for item in value)
    return f"{pad}{_scalar_text(value)}\n"


def _lines(text: str) -> List[_Line]:
    result = []
    for number, raw in enumerate(text.splitlines(), 1):
        body = _without_comment(raw).rstrip()
        if not body.strip() or body in ("---", "..."):
            continue
        stripped = body.lstrip(" ")
        if stripped.startswith("\t"):
            raise UserErrorException(f"YAML line {number} is indented with a tab.")
        result.append(_Line(number, len(body) - len(stripped), stripped))
    return result


def _without_comment(line: str) -> str:
    quote = ""
    for position, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (position == 0 or line[position - 1] in " [{,:-"):
            quote = char
        elif char == "#" and (position == 0 or line[position - 1] in " \t"):
            return line[:position]
    return line


def _block(lines: List[_Line], at: int) -> Tuple[Any, int]:
    """The value whose first line is `at`, and the line after it."""
    first = lines[at]
    if first.text == "-" or first.text.startswith("- "):
        return _list(lines, at)
    if _KEY.match(first.text):
        return _mapping(lines, at)
    return _scalar(first, first.text), at + 1


def _list(lines: List[_Line], at: int) -> Tuple[List[Any], int]:
    indent, result = lines[at].indent, []
    while at < len(lines) and lines[at].indent == indent and (lines[at].text + " ").startswith("- "):
        line = lines[at]
        inner = line.text[1:].lstrip(" ")
        if not inner:
            if at + 1 < len(lines) and lines[at + 1].indent > indent:
                value, at = _block(lines, at + 1)
            else:
                value, at = None, at + 1
        else:
            offset = indent + len(line.text) - len(inner)
            lines[at] = _Line(line.number, offset, inner)
            value, at = _block(lines, at)
        result.append(value)
    return result, at


def _mapping(lines: List[_Line], at: int) -> Tuple[Any, int]:
    indent = lines[at].indent
    result = {}
    while at < len(lines) and lines[at].indent == indent:
        line = lines[at]
        match = _KEY.match(line.text)
        if not match:
            _wrong(line, "it is neither `key: value` nor `- item`")
        key, text = _scalar(line, match.group(1)), match.group(2)
        at += 1
        if text:
            result[key] = _scalar(line, text)
        elif at < len(lines) and (lines[at].indent > indent
                                  or lines[at].indent == indent and lines[at].text.startswith("-")):
            result[key], at = _block(lines, at)
        else:
            result[key] = None
    if at < len(lines) and lines[at].indent > indent:
        _wrong(lines[at], "it is indented more than what it follows")
    return result, at


def _scalar(line: _Line, text: str) -> Any:
    text = text.strip()
    if text[:1] in "&*!|>%@`" and text:
        _wrong(line, f"`{text[0]}` is not understood here")
    if text.startswith("[") or text.startswith("{"):
        return _flow(line, text)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        import json

        return json.loads(text)
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


def _flow(line: _Line, text: str) -> Any:
    closing = {"[": "]", "{": "}"}[text[0]]
    if not text.endswith(closing):
        _wrong(line, f"`{text[0]}` is not closed on the line")
    parts = [part.strip() for part in _split(text[1:-1]) if part.strip()]
    if closing == "]":
        return [_scalar(line, part) for part in parts]
    pairs = [part.partition(":") for part in parts]
    return {_scalar(line, key): _scalar(line, value) for key, _, value in pairs}


def _split(text: str) -> List[str]:
    """At the commas that lie outside of quotes and inner brackets."""
    parts, depth, quote, start = [], 0, "", 0
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        elif char == "," and not depth:
            parts.append(text[start:position])
            start = position + 1
    return parts + [text[start:]]


def _entry(item: Any, indent: int) -> str:
    if isinstance(item, dict) and item:
        return "\n" + dump(item, indent + 2)
    if isinstance(item, (list, tuple)) and item:
        return "\n" + dump(item, indent)
    return f" {_scalar_text(item)}\n"


def _list_item(item: Any, indent: int) -> str:
    pad = " " * indent
    if isinstance(item, (dict, list, tuple)) and item:
        return f"{pad}- {dump(item, indent + 2)[indent + 2:]}"
    return f"{pad}- {_scalar_text(item)}\n"


def _scalar_text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list, tuple)):
        return "{}" if isinstance(value, dict) else "[]"
    if not isinstance(value, str):
        return str(value)
    if _PLAIN.match(value) and value == value.strip() and isinstance(_scalar(_Line(0, 0, ""), value), str):
        return value
    import json

    return json.dumps(value)


def _wrong(line: _Line, why: str) -> NoReturn:
    raise UserErrorException(f"YAML line {line.number} ({line.text!r}) cannot be read: {why}.")
