"""Sends a text, waits for the result and shows what was found. Python 3.9 or newer, standard library only."""

import json
import os
import time
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

API = os.environ.get("GOTAMIL_API", "http://localhost:8080")
TEXT = "😀 அந்த பையன் ஒரு ஆடு வாங்கினான்."


def call(path, body=None, headers=None):
    """Sends a request, and resolves a problem document to an error that says what is wrong."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(API + path, data, {"Content-Type": "application/json", **(headers or {})})
    try:
        with urlopen(request, timeout=60) as response:
            return json.load(response), response.headers
    except HTTPError as error:
        problem = json.load(error)
        raise SystemExit(f"{problem['code']}: {problem['detail']} {problem.get('errors', '')}") from None


def utf16_slice(text, start, end):
    """Offsets count UTF-16 code units. Python counts code points, so an emoji before them would shift all."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


# A service that `npm start` runs gives out tokens. Elsewhere TOKEN is one of your identity provider.
token = os.environ.get("TOKEN") or call("/dev/token", {"tenant_id": "demo"})[0]["token"]
auth = {"Authorization": f"Bearer {token}"}

# Sent again with the same key and body, the request makes no second operation.
operation, headers = call("/v1/proofread", {"text": TEXT}, {**auth, "Idempotency-Key": str(uuid.uuid4())})
while operation["status"] in ("queued", "running"):
    # The service holds its answer until the operation has ended, for up to 20 s.
    asked = time.monotonic()
    path = f"/v1/operations/{operation['operation_id']}"
    operation, headers = call(path, headers={**auth, "Prefer": "wait=20"})
    if time.monotonic() - asked < 1 and "Retry-After" in headers:
        time.sleep(int(headers["Retry-After"]))

if operation["status"] != "succeeded":
    raise SystemExit(f"{operation['status']}: {operation.get('error')}")
for issue in operation["result"]["issues"]:
    wrong = utf16_slice(TEXT, issue["start"], issue["end"])
    print(f"{wrong} → {issue['suggestion']} ({issue['message']})")
print(operation["result"]["corrected_text"])
