"""Makes the keys and tokens of the benchmark: mint.py FOLDER KIND=COUNT...

A kind is an algorithm, hs256 rs256 es256 or eddsa, and which sessions its tokens are of: nothing
else for the same 256 users, one token each; "-renewed" for tokens of those users' sessions, "-new"
for tokens of a user each. They are about 250 bytes long, those of RS256 twice that. Writes
FOLDER/KIND.tokens, a token a line, and FOLDER/ALGORITHM.key.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
import time
from multiprocessing import Pool

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

USERS = 256
LENGTH = 250
SIGNATURE = {"hs256": 43, "rs256": 43, "es256": 86, "eddsa": 86}
NAMES = {"hs256": "HS256", "rs256": "RS256", "es256": "ES256", "eddsa": "EdDSA"}

START = int(time.time()) - 60


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def make_key(algorithm):
    """The key file's bytes."""
    if algorithm == "hs256":
        return secrets.token_hex(32).encode()
    key = {
        "rs256": lambda: rsa.generate_private_key(65537, 2048),
        "es256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "eddsa": ed25519.Ed25519PrivateKey.generate,
    }[algorithm]()
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def signer(algorithm, key):
    """A function from the bytes to sign to the signature."""
    if algorithm == "hs256":
        return lambda text: hmac.digest(key, text, hashlib.sha256)
    private = serialization.load_pem_private_key(key, None)
    if algorithm == "rs256":
        return lambda text: private.sign(text, padding.PKCS1v15(), hashes.SHA256())
    if algorithm == "eddsa":
        return private.sign

    def sign(text):
        r, s = decode_dss_signature(private.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


def payload(kind, number, size):
    """The claims of a token, padded by a name to that many bytes."""
    user = number if kind.endswith("-new") else number % USERS
    claims = {
        "sub": f"u{user:07}",
        "sid": f"s{user:07}",
        "iat": START,
        "exp": START + 86400,
        "name": f"{number:x}",
    }
    text = json.dumps(claims, separators=(",", ":"))
    return (text[:-2] + "." * (size - len(text)) + text[-2:]).encode()


def mint(kind, key, first, last):
    algorithm = kind.split("-")[0]
    header = {"alg": NAMES[algorithm], "typ": "JWT", "kid": algorithm}
    head = encode(json.dumps(header, separators=(",", ":")).encode()) + b"."
    size = (LENGTH - len(head) - 1 - SIGNATURE[algorithm]) * 3 // 4
    sign = signer(algorithm, key)
    lines = []
    for number in range(first, last):
        text = head + encode(payload(kind, number, size))
        lines.append(text + b"." + encode(sign(text)) + b"\n")
    return b"".join(lines)


def main(folder, *wanted):
    counts = {kind: int(count) for kind, count in (word.split("=") for word in wanted)}
    keys = {algorithm: make_key(algorithm) for algorithm in {kind.split("-")[0] for kind in counts}}
    for algorithm, key in keys.items():
        with open(os.open(f"{folder}/{algorithm}.key", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(key)
    with Pool() as pool:
        parts = {
            kind: [
                pool.apply_async(mint, (kind, keys[kind.split("-")[0]], first, min(first + 1000, count)))
                for first in range(0, count, 1000)
            ]
            for kind, count in counts.items()
        }
        for kind, results in parts.items():
            with open(f"{folder}/{kind}.tokens", "wb") as file:
                file.writelines(result.get() for result in results)


if __name__ == "__main__":
    main(*sys.argv[1:])
