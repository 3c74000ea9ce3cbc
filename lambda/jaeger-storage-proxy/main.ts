import { proxyFrom } from "./compose";
import { proxyServer } from "./server";

/** Runs the proxy as an HTTP server: PORT (default 8080) and HOST (default 127.0.0.1) besides the proxy's settings. */
const { proxy, settings, close } = proxyFrom(process.env, (line) => {
  process.stdout.write(`${line}\n`);
});
const server = proxyServer({ proxy, maxBodyBytes: settings.maxBodyBytes });
server.listen(Number(process.env["PORT"] ?? 8080), process.env["HOST"] ?? "127.0.0.1");

const stop = () => {
  server.close(close);
  server.closeIdleConnections();
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
