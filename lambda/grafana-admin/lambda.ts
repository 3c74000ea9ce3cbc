import { setTimeout as sleep } from "node:timers/promises";
import { httpClient } from "../shared/http";
import { signer } from "../shared/sign";
import { adminHandler } from "./handler";
import { readSettings } from "./settings";
import { unsigned } from "./unsigned";

// Settings that are wrong end the cold start, with all of them in the message.
const settings = readSettings(process.env);
const { region } = settings;

/** The entry point of the Lambda function. */
export const handler = adminHandler({
  settings,
  clients: {
    controlPlane: httpClient({
      origin: settings.controlPlaneOrigin,
      sign: signer({ service: "grafana", region }),
    }),
    secrets: httpClient({
      origin: settings.secretsOrigin,
      sign: signer({ service: "secretsmanager", region }),
    }),
    workspace: httpClient({ origin: settings.grafanaOrigin, sign: unsigned }),
  },
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
  clock: { now: Date.now, sleep: (ms) => sleep(ms) },
});
