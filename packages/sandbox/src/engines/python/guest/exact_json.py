"""JSON that means the same on the other side, or an error that says what cannot be told."""

import json
import math
import re

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=True, separators=(",", ":")).encode
_encode_ascii = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_has_long_digits = re.compile(r"[0-9]{16}").search
_decode = json.JSONDecoder().decode
MAX_DEPTH = 128
_MOST_EXACT = 2**53


def _parse_int(digits):
    """What the host means by a long integer: its numbers are doubles, told by the fewest digits that name them."""
    number = int(digits)
    return number if -_MOST_EXACT <= number <= _MOST_EXACT else int(float(digits))


_decode_long = json.JSONDecoder(parse_int=_parse_int).decode


class JsonError(TypeError):
    """A value has no exact form in JSON."""

    __module__ = "guildhall_skill"


def _check(value, depth, path):
    """Walks a value whose text looks as if it held a number that is too long or too much nesting."""
    if depth > MAX_DEPTH:
        raise JsonError(f"{path} is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, item in value.items():
            _check(item, depth + 1, f"{path}.{key}"[:200])
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            _check(item, depth + 1, f"{path}[{index}]"[:200])
    elif isinstance(value, int) and not isinstance(value, bool) and not _is_exact(value):
        raise JsonError(f"{path} is an integer that JSON numbers cannot hold exactly; give it as text")


def _is_exact(number):
    try:
        as_float = float(number)
    except OverflowError:
        return False
    return math.isfinite(as_float) and int(as_float) == number


def to_json(value, name):
    """The JSON text of a value in UTF-8. `name` is how errors call it. Raises JsonError."""
    try:
        text = _encode(value)
        if _has_long_digits(text) or (len(text) > 2 * MAX_DEPTH and text.count("[") + text.count("{") > MAX_DEPTH):
            _check(value, 0, name)
    except RecursionError:
        raise JsonError(f"{name} cannot be told as JSON: it is nested too deep") from None
    except (TypeError, ValueError) as problem:
        raise JsonError(f"{name} cannot be told as JSON: {problem}") from None
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair, which UTF-8 cannot hold, but JSON can.
        return _encode_ascii(value).encode("ascii")


def from_json(payload):
    """The value of a JSON text in bytes."""
    text = payload.decode("utf-8")
    return (_decode_long if _has_long_digits(text) else _decode)(text)
