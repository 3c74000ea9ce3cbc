import { CallError, fields, type Patience, type Service } from "./service";

/** The workspace's own HTTP API, with a token. */
export interface Grafana {
  /**
   * Asks with a token that was just made until it counts.
   * @throws CallError when it does not
   */
  verify(token: string): Promise<void>;
  /** Whether a token that worked before still does. */
  accepts(token: string): Promise<boolean>;
  /**
   * Installs a plugin unless it is there, and waits until it is.
   * @returns whether it had to be installed
   */
  ensurePlugin(token: string, id: string): Promise<boolean>;
}

const REFUSED = [401, 403];
/** Until a new token, and the right of a new service account, counts on every server. */
const NEW_TOKEN: Patience = { statuses: REFUSED, withinMs: 60_000 };
/** One server may not know it; all of them is an answer. */
const OLD_TOKEN: Patience = { statuses: REFUSED, withinMs: 10_000 };
/** Download and start. */
const INSTALLING: Patience = { statuses: [404], withinMs: 120_000 };

/** @throws CallError from every method */
export function grafana(workspace: Service): Grafana {
  const headers = (token: string) => ({ authorization: `Bearer ${token}` });

  async function organization(token: string, patience: Patience): Promise<void> {
    const answer = await workspace.call(
      { method: "GET", path: ["api", "org"], headers: headers(token) },
      patience,
    );
    // A page to sign in has a status of success, too.
    if (typeof fields(answer)["id"] !== "number") {
      throw new CallError(200, "Grafana GET /api/org", "an answer that is not Grafana's");
    }
  }

  async function settings(token: string, id: string, patience?: Patience): Promise<boolean> {
    try {
      const path = ["api", "plugins", id, "settings"];
      await workspace.call({ method: "GET", path, headers: headers(token) }, patience);
      return true;
    } catch (error) {
      if (error instanceof CallError && error.status === 404) return false;
      throw error;
    }
  }

  return {
    async verify(token) {
      try {
        await organization(token, NEW_TOKEN);
      } catch (error) {
        if (!(error instanceof CallError) || error.status !== 403) throw error;
        const hint = "is this function's address among those that the workspace's network access lets in?";
        throw new CallError(error.status, "Grafana GET /api/org", `the new token is refused; ${hint}`);
      }
    },

    async accepts(token) {
      try {
        await organization(token, OLD_TOKEN);
        return true;
      } catch (error) {
        if (error instanceof CallError && REFUSED.includes(error.status)) return false;
        throw error;
      }
    },

    async ensurePlugin(token, id) {
      if (await settings(token, id)) return false;
      try {
        const path = ["api", "plugins", id, "install"];
        await workspace.call({ method: "POST", path, headers: headers(token), body: () => ({}) });
      } catch (error) {
        // Somebody else was faster; or there is no version for this Grafana, which the next look shows.
        if (!(error instanceof CallError) || error.status !== 409) throw error;
      }
      if (await settings(token, id, INSTALLING)) return true;
      throw new CallError(404, `Grafana plugin ${id}`, "not there two minutes after its installation");
    },
  };
}
