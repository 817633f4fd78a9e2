# Tokens by PyJWT and jwcrypto: reads a list of jobs as JSON, prints the list of tokens.
import json
import sys

import jwt
from jwcrypto import jwk, jws


def by_pyjwt(job, key):
    header = job["header"] or None
    return jwt.encode(job["claims"], key, algorithm=job["alg"], headers=header)


def by_jwcrypto(job, key):
    if job["secret"]:
        key = jwk.JWK.from_password(key.decode())
    else:
        key = jwk.JWK.from_pem(key)
    token = jws.JWS(json.dumps(job["claims"]))
    token.add_signature(key, None, json.dumps({"alg": job["alg"], "typ": "JWT", **job["header"]}))
    return token.serialize(compact=True)


def mint(job):
    with open(job["file"], "rb") as file:
        key = file.read()
    return by_jwcrypto(job, key) if job["by"] == "jwcrypto" else by_pyjwt(job, key)


print(json.dumps([mint(job) for job in json.load(sys.stdin)]))
