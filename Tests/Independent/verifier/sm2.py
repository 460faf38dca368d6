"""Signatures of SM2 (GB/T 32918.2) on the curve of GB/T 32918.5, checked by the arithmetic itself."""

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
IDENTIFIER = b"1234567812345678"


def is_on_curve(point):
    x, y = point
    return x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def add(first, second):
    """The sum of two points; None is the point at infinity."""
    if first is None or second is None:
        return first or second
    (x1, y1), (x2, y2) = first, second
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def multiply(number, point):
    result = None
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def octets(number):
    return number.to_bytes(32, "big")


def is_valid(digest, point, r, s, message):
    """Section 7 of GB/T 32918.2, with the digest Z of section 5.5 over the default identifier."""
    if not (1 <= r < N and 1 <= s < N and is_on_curve(point)):
        return False
    parts = (A, B, *G, *point)
    z = digest((8 * len(IDENTIFIER)).to_bytes(2, "big") + IDENTIFIER + b"".join(map(octets, parts)))
    e = int.from_bytes(digest(z + message), "big")
    t = (r + s) % N
    if t == 0:
        return False
    found = add(multiply(s, G), multiply(t, point))
    return found is not None and (e + found[0]) % N == r
