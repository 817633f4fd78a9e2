# A Flask API that makes its own tokens with PyJWT and leaves all judging of them to nginx.
#
# flask_app.py PORT SECRET_FILE VERSION; prints "ready" when it listens. Without a secret it does not start.
import sys
import time
import uuid

import flask
import jwt
import werkzeug.serving

PORT, SECRET_FILE, VERSION = sys.argv[1:]
ACCESS, REFRESH, SESSION = 900, 7 * 86400, 30 * 86400
PASSWORDS = {"42": "tulip", "43": "rose"}

with open(SECRET_FILE, encoding="ascii") as file:
    SECRET = file.read().rstrip("\n")
if len(SECRET) < 32:
    sys.exit(f"{SECRET_FILE}: a secret of 32 characters or more is required")

app = flask.Flask(__name__)


def token(kind, user, session, began, lives):
    now = int(time.time())
    ends = min(now + lives, began + SESSION)
    return jwt.encode({"sub": user, "sid": session, "jti": uuid.uuid4().hex, "iat": now, "exp": ends, "type": kind,
                       "auth_time": began, "version": VERSION}, SECRET, algorithm="HS256"), ends - now


def tokens(user, session, began):
    access, access_lives = token("access", user, session, began, ACCESS)
    refresh, refresh_lives = token("refresh", user, session, began, REFRESH)
    response = flask.jsonify(access_token=access, expires_in=access_lives)
    attributes = {"secure": True, "httponly": True, "samesite": "None"}
    response.set_cookie("access_token", access, max_age=access_lives, **attributes)
    response.set_cookie("refresh_token", refresh, max_age=refresh_lives, path="/api/auth/", **attributes)
    return response


@app.post("/api/auth/login")
def login():
    given = flask.request.get_json()
    if PASSWORDS.get(given["user"]) != given["password"]:
        return {"error": "wrong name or password"}, 401
    return tokens(given["user"], uuid.uuid4().hex, int(time.time()))


@app.post("/api/auth/refresh")
def refresh():
    known = flask.request.headers
    return tokens(known["X-User"], known["X-Session"], int(known["X-Login-Time"]))


@app.route("/api/orders", methods=["GET", "POST", "PUT"])
def orders():
    known = flask.request.headers
    return {"user": known["X-User"], "version": known["X-Token-Version"]}


server = werkzeug.serving.make_server("127.0.0.1", int(PORT), app, threaded=True)
print("ready", flush=True)
server.serve_forever()
