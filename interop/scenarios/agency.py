"""The agency that owns the service of wage reports. It uses the HTTP API only."""

import json
import os

from modern import Modern, organisation

ENV = os.environ
APP = ENV["APP"]


class Agency:
    rest = Modern(ENV["REST_TOKEN_OWNER"])

    def offer(self, party, reference, data):
        """Puts a prefilled form for a party."""
        form = {"dataFormatId": ENV["DATA_FORMAT_ID"], "dataFormatVersion": int(ENV["DATA_FORMAT_VERSION"]), "data": data}
        return self.rest.post("/prefill/api/v1/prefill", {"resourceId": APP, "party": organisation(party), "reference": reference, "forms": [form]})

    def withdraw(self, prefill):
        self.rest.delete(f"/prefill/api/v1/prefill/{prefill['id']}")

    def fetch(self, archive_reference):
        """Finds what came in and downloads all of it."""
        found = self.rest.get("/storage/instances", appId=APP, archiveReference=archive_reference)["_embedded"]["instances"]
        instance = self.rest.get(found[0]["selfLinks"]["platform"])
        return instance, {e["fileName"]: self.rest.content(e["dataLinks"]["platform"]) for e in instance["data"]}

    def acknowledge(self, instance):
        """Confirms all of it, which was downloaded."""
        return self.rest.post(f"{instance['selfLinks']['platform']}/complete")

    def answer(self, party, archive_reference, title, letter):
        """Sends a message with a letter, which is to be confirmed."""
        message = {
            "recipients": [organisation(party)],
            "correspondence": {
                "resourceId": APP,
                "messageSender": "Oppdiktet etat",
                "answersTo": archive_reference,
                "isConfirmationNeeded": True,
                "content": {"language": "nb", "messageTitle": title, "messageBody": "<p>Beregningen er vedlagt.</p>", "attachments": [{"displayName": "Beregning"}]},
            },
        }
        parts = [("correspondence", (None, json.dumps(message), "application/json")), ("attachments", ("beregning.txt", letter, "text/plain"))]
        return self.rest.send("POST", "/correspondence/api/v1/correspondence/upload", files=parts).json()["correspondences"][0]

    def seen(self, message):
        return self.rest.get(f"/correspondence/api/v1/correspondence/{message['correspondenceId']}")
