"""The simulator behind the server under test: what reached it, and what it shall do wrong."""

import json

import httpx


class Simulator:
    def __init__(self, origin):
        self._http = httpx.Client(base_url=origin, timeout=10)

    def script(self, model, *faults):
        """The next requests for this upstream model get these faults, in order."""
        self._http.post("/sim/script", json={"model": model, "faults": list(faults)}).raise_for_status()

    def reset(self):
        self._http.post("/sim/reset").raise_for_status()

    def _requests(self, wanted):
        answer = self._http.get("/sim/requests", params={"last": 100})
        answer.raise_for_status()
        posts = [request for request in answer.json().get("requests", []) if request["method"] == "POST"]
        parsed = [(request["headers"], json.loads(request["body"])) for request in posts]
        return [(headers, body) for headers, body in parsed if wanted(body)]

    def count(self, wanted):
        """How many of the last 100 requests have a JSON body that fits."""
        return len(self._requests(wanted))

    def last_request(self, wanted):
        """The newest request whose JSON body fits, as (headers, body)."""
        found = self._requests(wanted)
        assert found, "no such request reached the simulator"
        return found[-1]

    def last_headers(self, wanted):
        return self.last_request(wanted)[0]

    def last_body(self, wanted):
        return self.last_request(wanted)[1]
