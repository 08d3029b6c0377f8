import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = base64.b64decode(os.environ["DOUBLEWORD_WEBHOOK_SECRET"].removeprefix("whsec_"))


def verified(headers, body):
    """The event, if Doubleword signed it within the last five minutes."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(SECRET, signed, hashlib.sha256)).decode()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    given = headers["webhook-signature"].split()
    if not fresh or not any(hmac.compare_digest(expected, each) for each in given):
        raise ValueError("not signed by Doubleword")
    return json.loads(body)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        try:
            event = verified(self.headers, self.rfile.read(int(self.headers["content-length"])))
            print(event["type"], event["data"]["id"])
            self.send_response(204)
        except (KeyError, TypeError, ValueError) as problem:
            print("refused:", problem)
            self.send_response(401)
        self.end_headers()


# Takes one event; serve_forever() takes all.
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).handle_request()
