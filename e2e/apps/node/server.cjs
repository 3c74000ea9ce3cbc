/**
 * A small shop front: it puts orders on an SQS queue. Its metrics leave on three ways, as real services mix them:
 * OpenTelemetry (OTLP to the collector beside it), StatsD over UDP, and a page that Prometheus or the collector scrapes.
 * Its lines on the standard output name the trace that they belong to.
 * The OpenTelemetry SDK is loaded by `--require @opentelemetry/auto-instrumentations-node/register`, not here.
 */
const dgram = require("node:dgram");
const { performance } = require("node:perf_hooks");
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
const { metrics, trace } = require("@opentelemetry/api");
const express = require("express");
const prometheus = require("prom-client");

const host = process.env.HOST ?? "0.0.0.0";
const port = Number(process.env.PORT ?? "8080");
const queueUrl = process.env.QUEUE_URL;
if (!queueUrl) throw new Error("Set QUEUE_URL to the SQS queue that takes the orders.");
const queue = queueUrl.split("/").pop();

const sqs = new SQSClient({});
const messagesSent = metrics
  .getMeter("shop")
  .createCounter("sqs_messages_sent", { description: "Messages put on an SQS queue, by outcome." });
const ordersOnPage = new prometheus.Counter({ name: "shop_orders_accepted_total", help: "Orders accepted." });

const statsd = dgram.createSocket("udp4");
statsd.unref();
const [statsdHost, statsdPort] = (process.env.STATSD_ADDRESS ?? "127.0.0.1:8125").split(":");
/** Sends one StatsD line. UDP: nobody listening is not an error of the shop. */
const sendStatsd = (line) => statsd.send(line, Number(statsdPort), statsdHost, () => {});

/** Writes a line of JSON, with the ids of the span in which it is written. */
const log = (level, message, more = {}) => {
  const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
  console.log(JSON.stringify({ level, message, ...more, trace_id: traceId, span_id: spanId }));
};

const app = express();
app.use(express.json());

app.get("/healthz", (_request, response) => {
  response.json({ status: "ok" });
});

app.get("/metrics", async (_request, response) => {
  response.type(prometheus.register.contentType).send(await prometheus.register.metrics());
});

app.post("/orders", async (request, response) => {
  const started = performance.now();
  try {
    const body = JSON.stringify(request.body ?? {});
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    messagesSent.add(1, { queue, status: "success" });
    ordersOnPage.inc();
    sendStatsd("shop.orders:1|c");
    log("info", "order accepted", { messageId: sent.MessageId });
    response.status(202).json({ messageId: sent.MessageId });
  } catch (error) {
    messagesSent.add(1, { queue, status: "error" });
    log("error", "order refused by the queue", { error: error.name });
    response.status(502).json({ error: error.name });
  } finally {
    sendStatsd(`shop.order_time:${(performance.now() - started).toFixed(1)}|ms`);
  }
});

const server = app.listen(port, host, () => log("info", `listening on ${host}:${port}`));
process.once("SIGTERM", () => server.close());
