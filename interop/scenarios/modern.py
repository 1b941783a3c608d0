"""A client of the HTTP API: a bearer token and requests."""

import os

import requests

URL = os.environ["OVERGANG_URL"]


class Modern:
    def __init__(self, token):
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method, address, **more):
        """The answer; a problem ends the scenario. Links of answers are whole addresses."""
        answer = self.session.request(method, address if "://" in address else URL + address, **more)
        if not answer.ok:
            raise RuntimeError(f"{method} {address}: {answer.status_code} {answer.text}")
        return answer

    def get(self, address, **params):
        return self.send("GET", address, params=params).json()

    def content(self, address):
        return self.send("GET", address).content

    def post(self, address, body=None):
        return self.send("POST", address, json=body).json()

    def put(self, address, body=None):
        return self.send("PUT", address, json=body).json()

    def delete(self, address):
        self.send("DELETE", address)


def organisation(number):
    return f"urn:altinn:organization:identifier-no:{number}"
