"""A small warehouse: documents in S3, items in DynamoDB, messages on SQS.

Start it under ``opentelemetry-instrument``: FastAPI and botocore are then traced and measured without a line here.
What stands here is what only the service knows: its own counters, one span of its own, StatsD, a Prometheus page, and
lines that name the trace which they belong to.
"""

import json
import logging
import os
import socket
import sys
import time
import uuid

import boto3
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from opentelemetry import metrics, trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

BUCKET = os.environ["BUCKET"]
TABLE = os.environ["TABLE"]
QUEUE_URL = os.environ["QUEUE_URL"]
QUEUE = QUEUE_URL.rsplit("/", 1)[-1]

s3 = boto3.client("s3")
sqs = boto3.client("sqs")
dynamodb = boto3.client("dynamodb")

tracer = trace.get_tracer("warehouse")
meter = metrics.get_meter("warehouse")
messages_sent = meter.create_counter("sqs_messages_sent", description="Messages put on an SQS queue, by outcome.")
item_operations = meter.create_counter("dynamodb_operations", description="Item reads and writes, by outcome.")
items_stored = Counter("warehouse_items_stored", "Items written since the process started.")


class JsonFormatter(logging.Formatter):
    """One JSON object per line, with the ids of the span in which it was written."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            line["trace_id"] = trace.format_trace_id(context.trace_id)
            line["span_id"] = trace.format_span_id(context.span_id)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


stdout = logging.StreamHandler(sys.stdout)
stdout.setFormatter(JsonFormatter())
log = logging.getLogger("warehouse")
log.setLevel(logging.INFO)
log.addHandler(stdout)

statsd_host, statsd_port = os.environ.get("STATSD_ADDRESS", "127.0.0.1:8125").split(":")
statsd_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def statsd(line: str) -> None:
    """Sends one StatsD line. UDP: nobody listening is not an error of the service."""
    try:
        statsd_socket.sendto(line.encode(), (statsd_host, int(statsd_port)))
    except OSError:
        pass


app = FastAPI(title="warehouse")


@app.get("/healthz")
def health() -> dict:
    return {"status": "ok"}


@app.get("/metrics")
def metrics_page() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@app.put("/documents/{name}", status_code=201)
async def put_document(name: str, request: Request) -> dict:
    body = await request.body()
    await run_in_threadpool(s3.put_object, Bucket=BUCKET, Key=name, Body=body)
    return {"name": name, "bytes": len(body)}


@app.get("/documents/{name}")
def get_document(name: str) -> Response:
    try:
        found = s3.get_object(Bucket=BUCKET, Key=name)
    except s3.exceptions.NoSuchKey:
        raise HTTPException(404, "no such document") from None
    return Response(found["Body"].read(), media_type="application/octet-stream")


@app.put("/items/{item_id}", status_code=201)
def put_item(item_id: str, amount: int = 1) -> dict:
    dynamodb.put_item(TableName=TABLE, Item={"id": {"S": item_id}, "amount": {"N": str(amount)}})
    item_operations.add(1, {"operation": "put_item", "status": "success"})
    items_stored.inc()
    log.info("stored %s of %s", amount, item_id)
    statsd("warehouse.items:1|c")
    return {"id": item_id, "amount": amount}


@app.get("/items/{item_id}")
def get_item(item_id: str) -> dict:
    with tracer.start_as_current_span("get_dynamodb_item", kind=SpanKind.CLIENT) as span:
        span.set_attributes({"db.system": "dynamodb", "aws.dynamodb.table_names": [TABLE]})
        found = dynamodb.get_item(TableName=TABLE, Key={"id": {"S": item_id}}).get("Item")
        if found is None:
            # DynamoDB answers 200 without an item: only the service knows that this is an error.
            span.set_status(Status(StatusCode.ERROR, "item not found"))
            span.set_attribute("http.response.status_code", 404)
            log.warning("no item %s", item_id)
    if found is None:
        item_operations.add(1, {"operation": "get_item", "status": "not_found"})
        raise HTTPException(404, "no such item")
    item_operations.add(1, {"operation": "get_item", "status": "success"})
    return {"id": item_id, "amount": int(found["amount"]["N"])}


@app.post("/messages", status_code=202)
def send_message(message: dict | None = None) -> dict:
    body = json.dumps(message or {})
    started = time.perf_counter()
    attributes = {
        "messaging.system": "aws_sqs",
        "messaging.destination.name": QUEUE,
        "messaging.message.body.size": len(body),
        "warehouse.request_id": str(uuid.uuid4()),
    }
    with tracer.start_as_current_span("send_sqs_message", kind=SpanKind.PRODUCER, attributes=attributes) as span:
        try:
            sent = sqs.send_message(QueueUrl=QUEUE_URL, MessageBody=body)
        except Exception:
            messages_sent.add(1, {"queue": QUEUE, "status": "error"})
            log.exception("no message was sent")
            raise
        span.set_attribute("messaging.message.id", sent["MessageId"])
    messages_sent.add(1, {"queue": QUEUE, "status": "success"})
    log.info("sent message %s", sent["MessageId"])
    statsd(f"warehouse.message_time:{(time.perf_counter() - started) * 1000:.1f}|ms")
    return {"message_id": sent["MessageId"]}
