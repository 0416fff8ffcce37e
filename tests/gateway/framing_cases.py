"""Bytes that two readers could take for different requests, or for none: no answer but one refusal may come of them.

Sources: RFC 9112 (3.2 Host, 5.2 folding, 6 lengths, 7.1 chunks, 11.2 smuggling), RFC 6455 4.1.
"""

from __future__ import annotations

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
"""What stands behind a case: whoever answers this was deceived."""
SIZE = len(SMUGGLED)
GET = b"GET /plain HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /probe HTTP/1.1\r\nHost: x\r\n"
_OFFER = (
    b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n"
)
HANDSHAKE = b"GET /ws HTTP/1.1\r\nSec-WebSocket-Version: 13\r\n" + _OFFER

REFUSED = {
    "a length and chunks": POST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "two codings": POST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "a coding that looks like chunked": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked is not the last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "identity before chunked": POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "gzip before chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a space before the colon of the coding": POST
    + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "a vertical tab before chunked": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked in quotes": POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n' + SMUGGLED,
    "chunks in HTTP/1.0": b"POST /probe HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "chunked twice": POST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "an empty coding": POST + b"Transfer-Encoding:\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a length and chunks, in other letters": POST
    + b"tRANSFER-eNCODING: CHUNKED\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "a list of lengths": POST + b"Content-Length: 0, 0\r\n\r\n" + SMUGGLED,
    "the same length twice": POST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % SIZE + SMUGGLED,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "a length with a plus": POST + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    "a hexadecimal length": POST + b"Content-Length: 0x22\r\n\r\n" + SMUGGLED,
    "a length with an underscore": POST + b"Content-Length: 3_4\r\n\r\n" + SMUGGLED,
    "a length of 23 digits": POST + b"Content-Length: 99999999999999999999999\r\n\r\n" + SMUGGLED,
    "a length of 2 to the 64": POST + b"Content-Length: 18446744073709551616\r\n\r\n" + SMUGGLED,
    "a length with a space": POST + b"Content-Length: 3 4\r\n\r\n" + SMUGGLED,
    "an empty length": POST + b"Content-Length:\r\n\r\n" + SMUGGLED,
    "an Arabic digit as length": POST + "Content-Length: ٣\r\n\r\n".encode() + SMUGGLED,
    "a length with a fraction": POST + b"Content-Length: 0.0\r\n\r\n" + SMUGGLED,
    "bare line feeds": b"GET /plain HTTP/1.1\nHost: x\n\n" + SMUGGLED,
    "a bare line feed after a header": b"GET /plain HTTP/1.1\r\nHost: x\nX: y\r\n\r\n" + SMUGGLED,
    "a bare carriage return in a header": b"GET /plain HTTP/1.1\r\nHost: x\r\nX: y\rContent-Length: 32\r\n\r\n"
    + SMUGGLED,
    "a folded header": GET + b"X: a\r\n b\r\n\r\n" + SMUGGLED,
    "a folded first header": b"GET /plain HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a space before a colon": GET + b"X : a\r\n\r\n" + SMUGGLED,
    "NUL in a header": GET + b"X: a\0b\r\n\r\n" + SMUGGLED,
    "NUL in a header's name": GET + b"X\0: ab\r\n\r\n" + SMUGGLED,
    "a header without a name": GET + b": ab\r\n\r\n" + SMUGGLED,
    "a header without a colon": GET + b"abc\r\n\r\n" + SMUGGLED,
    "a chunk size of 18 digits": POST
    + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx"
    + SMUGGLED,
    "a chunk size of 2 to the 64": POST
    + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n"
    + SMUGGLED,
    "a negative chunk size": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk size with a plus": POST + b"Transfer-Encoding: chunked\r\n\r\n+1\r\nx\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk size with 0x": POST + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk size with a space": POST + b"Transfer-Encoding: chunked\r\n\r\n1 1\r\nx\r\n0\r\n\r\n" + SMUGGLED,
    "a bare line feed after a chunk extension": POST
    + b"Transfer-Encoding: chunked\r\n\r\n1;a\nx\r\n0\r\n\r\n"
    + SMUGGLED,
    "bare line feeds between chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n" + SMUGGLED,
    "a chunk longer than its size": POST
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n"
    + SMUGGLED,
    "a chunk without its line end": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx0\r\n\r\n" + SMUGGLED,
    "a chunk without a size": POST + b"Transfer-Encoding: chunked\r\n\r\n\r\nx\r\n0\r\n\r\n" + SMUGGLED,
    "5000 trailers": POST
    + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    + b"a: b\r\n" * 5000
    + b"\r\n"
    + SMUGGLED,
    "a length in the trailer": POST
    + b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: %d\r\n\r\n" % SIZE
    + SMUGGLED,
    "two hosts": GET + b"Host: y\r\n\r\n" + SMUGGLED,
    "the same host twice": GET + b"Host: x\r\n\r\n" + SMUGGLED,
    "no host": b"GET /plain HTTP/1.1\r\n\r\n" + SMUGGLED,
    "a user in the host": b"GET /plain HTTP/1.1\r\nHost: x@y\r\n\r\n" + SMUGGLED,
    "a path in the host": b"GET /plain HTTP/1.1\r\nHost: x/y\r\n\r\n" + SMUGGLED,
    "an empty host": b"GET /plain HTTP/1.1\r\nHost:\r\n\r\n" + SMUGGLED,
    "another host in the address": b"GET http://y/plain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a user in the address": b"GET http://x@y/plain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "another port in the address": b"GET http://x:81/plain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "another scheme in the address": b"GET ftp://x/plain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "CONNECT to a host": b"CONNECT y:443 HTTP/1.1\r\nHost: y:443\r\n\r\n" + SMUGGLED,
    "CONNECT to a path": b"CONNECT /plain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "HTTP/0.9": b"GET /plain\r\n" + SMUGGLED,
    "HTTP/0.9 with an empty line": b"GET /plain\r\n\r\n" + SMUGGLED,
    "HTTP/2.0 in the request line": b"GET /plain HTTP/2.0\r\nHost: x\r\n\r\n" + SMUGGLED,
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/1.1x": b"GET /plain HTTP/1.1x\r\nHost: x\r\n\r\n" + SMUGGLED,
    "HTTP/1.10": b"GET /plain HTTP/1.10\r\nHost: x\r\n\r\n" + SMUGGLED,
    "HTTP/01.1": b"GET /plain HTTP/01.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "http in small letters": b"GET /plain http/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a method in small letters": b"get /plain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "tabs in the request line": b"GET\t/plain\tHTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a space in the address": b"GET /pl ain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "NUL in the address": b"GET /pl\0ain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a byte that is no text in the address": b"GET /pl\xffain HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a handshake with a length": HANDSHAKE + b"Content-Length: %d\r\n\r\n" % SIZE + SMUGGLED,
    "a handshake with chunks": HANDSHAKE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a request behind a wrong handshake": b"GET /ws HTTP/1.1\r\nSec-WebSocket-Version: 12\r\n"
    + _OFFER
    + b"\r\n"
    + SMUGGLED,
    "a handshake in HTTP/1.0": b"GET /ws HTTP/1.0\r\nSec-WebSocket-Version: 13\r\n"
    + _OFFER
    + b"\r\n"
    + SMUGGLED,
    "a handshake by POST": b"POST /ws HTTP/1.1\r\nSec-WebSocket-Version: 13\r\n"
    + _OFFER
    + b"\r\n"
    + SMUGGLED,
    "a request behind a refused handshake": HANDSHAKE + b"Origin: http://evil.example\r\n\r\n" + SMUGGLED,
    "5000 headers": GET + b"".join(b"x%d: y\r\n" % i for i in range(5000)) + b"\r\n" + SMUGGLED,
    "an address of a million bytes": b"GET /" + b"a" * 1000000 + b" HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a method of 100000 bytes": b"A" * 100000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED,
    "a header of a million bytes": GET + b"x: " + b"a" * 1000000 + b"\r\n\r\n" + SMUGGLED,
    "a request behind nonsense": b"NONSENSE\r\n\r\n" + SMUGGLED,
    "the beginning of TLS": bytes.fromhex("1603010200010001fc0303") + b"\0" * 100,
}

CLEAR = {
    # Two requests, two answers: these have one reading only.
    "two in a row": (GET + b"\r\n", 200),
    "empty lines before": (b"\r\n\r\n" + GET + b"\r\n", 200),
    "a tab before chunked": (POST + b"Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 200),
    "chunked in capitals": (POST + b"TRANSFER-ENCODING: CHUNKED\r\n\r\n0\r\n\r\n", 200),
    "a chunk extension of 100000 bytes": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 100_000 + b"\r\nx\r\n0\r\n\r\n",
        200,
    ),
    "a header with a name that looks like another": (POST + b"Transfer_Encoding: chunked\r\n\r\n", 200),
    "a body where none is wanted": (GET + b"Content-Length: %d\r\n\r\n" % SIZE + SMUGGLED, 200),
    "a body to no endpoint": (
        b"POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % SIZE + SMUGGLED,
        404,
    ),
    "the absolute address": (b"GET http://x/plain HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    "the absolute address of a proxy with TLS": (b"GET https://x/plain HTTP/1.1\r\nHost: x\r\n\r\n", 200),
}
"""Bytes and the status of their answer."""
ALONE = {
    "a WebSocket where there is none": (HANDSHAKE.replace(b"/ws", b"/plain") + b"\r\n", 200),
    "an upgrade to HTTP/2": (GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
}
"""Clear, but what follows may be meant for a protocol that we do not speak: it is not read."""
