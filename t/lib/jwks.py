# Public keys as a JWK set: reads a list of jobs as JSON, prints the set.
import json
import sys

from jwcrypto import jwk


def export(job):
    with open(job["file"], "rb") as file:
        data = file.read()
    if job["secret"]:
        key = json.loads(jwk.JWK.from_password(data.decode()).export())
    else:
        key = json.loads(jwk.JWK.from_pem(data).export_public())
    key.pop("kid", None)
    if job["kid"] is not None:
        key["kid"] = job["kid"]
    return {**key, **job["more"]}


print(json.dumps({"keys": [export(job) for job in json.load(sys.stdin)]}))
