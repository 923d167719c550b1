"""DER by hand (X.690): what libraries refuse to write can be written with it. Every value is bytes."""


def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *parts)


def explicit(number, *parts):
    """[number] EXPLICIT, or [number] IMPLICIT of something constructed."""
    return tlv(0xA0 | number, *parts)


def implicit(number, content):
    """[number] IMPLICIT of something primitive."""
    return tlv(0x80 | number, content)


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def boolean(value):
    return tlv(0x01, b"\xff" if value else b"\0")


def null():
    return tlv(0x05)


def octets(content):
    return tlv(0x04, content)


def bits(content, unused=0):
    return tlv(0x03, bytes([unused]), content)


def named_bits(*numbers):
    """A BIT STRING in which these are set, without trailing zeros."""
    length = max(numbers, default=-1) + 1
    value = sum(1 << (length - 1 - number) for number in numbers)
    unused = -length % 8
    return bits((value << unused).to_bytes((length + unused) // 8, "big"), unused)


def utf8(text):
    return tlv(0x0C, text.encode())


def oid(dotted):
    first, second, *others = map(int, dotted.split("."))
    return tlv(0x06, b"".join(map(_base_128, (40 * first + second, *others))))


def _base_128(number):
    last, rest = bytes([number & 0x7F]), number >> 7
    while rest:
        last, rest = bytes([0x80 | rest & 0x7F]) + last, rest >> 7
    return last


def time(text):
    """"20300102030405Z", in the form that RFC 5280 §4.1.2.5 wants for that year; anything else as it stands."""
    if text[:4].isdigit() and 1950 <= int(text[:4]) < 2050:
        return tlv(0x17, text[2:].encode())
    return tlv(0x18, text.encode())
