import { upstream } from "../jaeger-storage-proxy/upstream";
import { httpClient } from "../shared/http";
import { signer } from "../shared/sign";
import { adminHandler } from "./handler";
import { readSettings } from "./settings";

// Settings that are wrong end the cold start, with all of them in the message.
const settings = readSettings(process.env);
const { region } = settings;

/** The entry point of the Lambda function. */
export const handler = adminHandler({
  settings,
  upstream: upstream({
    client: httpClient({ origin: settings.origin, sign: signer({ service: "es", region }) }),
  }),
  parameters: httpClient({ origin: settings.parametersOrigin, sign: signer({ service: "ssm", region }) }),
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
});
