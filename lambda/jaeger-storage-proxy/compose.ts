import { httpClient } from "../shared/http";
import { signer } from "../shared/sign";
import { type OwnerShare } from "./owner-share";
import { storageProxy } from "./proxy";
import { readSettings, type Settings } from "./settings";
import { type Proxy } from "./types";
import { upstream } from "./upstream";

export interface Composed {
  readonly proxy: Proxy;
  readonly settings: Settings;
  /** Closes idle connections to OpenSearch. */
  readonly close: () => void;
}

/**
 * The proxy as the environment describes it.
 * @param share only where the proxy works on one request at a time
 * @throws Error with everything that is wrong in the settings
 */
export function proxyFrom(env: NodeJS.ProcessEnv, log: (line: string) => void, share?: OwnerShare): Composed {
  const settings = readSettings(env);
  const sign = signer({ service: "es", region: settings.region });
  const client = httpClient({ origin: settings.origin, sign });
  return {
    proxy: storageProxy({ settings, upstream: upstream({ client }), log, ...(share && { share }) }),
    settings,
    close: () => {
      client.close();
    },
  };
}
