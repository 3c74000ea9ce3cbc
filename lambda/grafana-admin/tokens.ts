import { randomUUID } from "node:crypto";
import { CallError, fields, type Service } from "./service";

/** A token of the service account, as AWS lists it: without its key. */
export interface Token {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A token with its key, which is shown only once. */
export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

/** The tokens of one service account of one workspace. */
export interface Tokens {
  list(): Promise<Token[]>;
  create(seconds: number): Promise<NewToken>;
  /** @returns whether it was there */
  remove(id: string): Promise<boolean>;
}

const PAGE = "100";
/** A service account has a few; an answer that never ends is no list. */
const MAX_PAGES = 20;
/** The workspace takes no changes while another one is under way; 429 and 5xx are waited for anyway. */
const CHANGING = { statuses: [409], withinMs: 60_000 };

/** @throws CallError from every method */
export function tokens(
  controlPlane: Service,
  { workspaceId, serviceAccountId }: { readonly workspaceId: string; readonly serviceAccountId: string },
): Tokens {
  const path = ["workspaces", workspaceId, "serviceaccounts", serviceAccountId, "tokens"];
  const misunderstood = (what: string) => new CallError(200, `tokens of ${workspaceId}`, what);

  return {
    async list() {
      const found: Token[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = { maxResults: PAGE, ...(nextToken !== undefined && { nextToken }) };
        const answer = fields(await controlPlane.call({ method: "GET", path, query }));
        const { serviceAccountTokens: list, nextToken: next } = answer;
        if (!Array.isArray(list)) throw misunderstood("the answer has no list of tokens");
        for (const each of list as unknown[]) {
          const token = parseToken(each);
          // One that is not understood could be the one in use: nothing may be decided without it.
          if (token === undefined) throw misunderstood("the answer has a token of an unknown form");
          found.push(token);
        }
        if (typeof next !== "string" || next === "") return found;
        nextToken = next;
      }
      throw misunderstood(`the list has more than ${MAX_PAGES} pages`);
    },

    async create(secondsToLive) {
      // The name is also the version of the secret that is to hold the key.
      const body = () => ({ name: `tenantscope-${randomUUID()}`, secondsToLive });
      const answer = fields(await controlPlane.call({ method: "POST", path, body }, CHANGING));
      const { id, name, key } = fields(answer["serviceAccountToken"]);
      if (typeof id !== "string" || typeof name !== "string" || typeof key !== "string" || key === "") {
        throw misunderstood("the answer has no new token");
      }
      return { id, name, key };
    },

    async remove(id) {
      try {
        await controlPlane.call({ method: "DELETE", path: [...path, id] }, CHANGING);
        return true;
      } catch (error) {
        if (error instanceof CallError && error.status === 404) return false;
        throw error;
      }
    },
  };
}

function parseToken(value: unknown): Token | undefined {
  const { id, name, createdAt, expiresAt } = fields(value);
  if (typeof id !== "string" || typeof name !== "string") return undefined;
  if (typeof createdAt !== "number" || typeof expiresAt !== "number") return undefined;
  // AWS's timestamps are seconds.
  return { id, name, createdAt: createdAt * 1000, expiresAt: expiresAt * 1000 };
}
