"""Prints requests signed by botocore as JSON: the fixed vectors in vectors.json, against which the verifier is tested.

    python vectors.py > vectors.json

Keys, token and time are made up and fixed, so a run changes nothing unless botocore's signing changes.
"""

import base64
import datetime
import json

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
auth.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//token+with/signs=="

CASES = [
    ("remote write with a session token", "aps", "eu-west-1", "POST",
     "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-0123/api/v1/remote_write",
     {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy"}, b"\x00\x01snappy\xff", TOKEN),
    ("AssumeRole with a session token", "sts", "eu-central-1", "POST", "https://sts.eu-central-1.amazonaws.com/",
     {"Content-Type": "application/x-www-form-urlencoded"}, b"Action=AssumeRole&Version=2011-06-15", TOKEN),
    ("long-lived key, query and no body", "aps", "us-east-1", "GET",
     "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-0123/api/v1/query?query=up%7Ba%3D%22b%20c%22%7D&time=1&flag=",
     {}, b"", None),
    ("encoded path, spaces in a header", "execute-api", "eu-west-1", "POST",
     "https://abc.execute-api.eu-west-1.amazonaws.com/prod/a%20b/~x/%2Cy*z", {"X-Custom": "  two   words "}, b"{}", TOKEN),
]

vectors = []
for name, service, region, method, url, headers, body, token in CASES:
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    auth.SigV4Auth(Credentials("AKIDEXAMPLE", SECRET, token), service, region).add_auth(request)
    host, _, target = url.removeprefix("https://").partition("/")
    sent = {key.lower(): value for key, value in request.headers.items()} | {"host": host}
    vectors.append({"name": name, "service": service, "region": region, "method": method, "rawUrl": "/" + target,
                    "headers": sent, "bodyBase64": base64.b64encode(body).decode()})
print(json.dumps({"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": SECRET, "sessionToken": TOKEN,
                  "now": NOW.isoformat().replace("+00:00", "Z"), "requests": vectors}, indent=2))
