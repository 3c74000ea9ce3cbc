"""Prints requests to OpenSearch signed by botocore as JSON: the fixed vectors in vectors.json, against which the signer is tested.

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
HOST = "vpc-traces-abc.eu-west-1.es.amazonaws.com"
JSON = {"content-type": "application/json", "accept": "application/json"}
NDJSON = {"content-type": "application/x-ndjson", "accept": "application/json"}

CASES = [
    ("the root", "GET", HOST, "/", {"accept": "application/json"}, b"", TOKEN),
    ("commas in the path, a query", "POST", HOST,
     "/jaeger-span-2026-01-02%2Cjaeger-span-2026-01-01/_search?ignore_unavailable=true&rest_total_hits_as_int=true",
     JSON, b'{"size":0}', TOKEN),
    ("query parameters out of order", "POST", HOST, "/x/_search?rest_total_hits_as_int=true&ignore_unavailable=true",
     JSON, b"{}", TOKEN),
    ("a star and other reserved characters in the path", "HEAD", HOST, "/jaeger-%2A%21%27%28%29~._-%20%3D", {}, b"", TOKEN),
    ("encoded query: space, plus, slash, empty, UTF-8", "GET", HOST,
     "/_x?a=b%20c%2Bd&e=f%2Fg%2C%2A&empty=&%C3%A9=%E2%82%AC", {}, b"", TOKEN),
    ("the same parameter twice", "GET", HOST, "/_x?a=2&a=1&b=", {}, b"", TOKEN),
    ("a bulk body, binary, no session token", "POST", HOST, "/_bulk", NDJSON, b'{"index":{}}\n\xff\x00\n', None),
    ("a port in the host", "PUT", "localhost:9200", "/_template/acme-jaeger-span", JSON, "{\"é\":\"€\"}".encode(), TOKEN),
]

vectors = []
for name, method, host, target, headers, body, token in CASES:
    request = AWSRequest(method=method, url="https://" + host + target, headers=headers, data=body)
    auth.SigV4Auth(Credentials("AKIDEXAMPLE", SECRET, token), "es", "eu-west-1").add_auth(request)
    vectors.append({"name": name, "method": method, "host": host, "target": target, "headers": headers,
                    "bodyBase64": base64.b64encode(body).decode(), "withToken": token is not None,
                    "authorization": request.headers["Authorization"]})
print(json.dumps({"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": SECRET, "sessionToken": TOKEN, "service": "es",
                  "region": "eu-west-1", "now": NOW.isoformat().replace("+00:00", "Z"), "requests": vectors}, indent=2))
