import { CallError, fields, type Service } from "./service";

/** Names of the tokens whose keys the secret has: each version has its token's name as its id. */
export interface Stages {
  readonly current?: string;
  readonly previous?: string;
}

/** The secret from which the Grafana provider's token is read. */
export interface Secret {
  stages(): Promise<Stages>;
  /** @returns undefined when that version is gone */
  read(version: string): Promise<string | undefined>;
  /** Makes the value the current one, and the one before it the previous one. May be repeated. */
  put(version: string, value: string): Promise<void>;
}

/** @throws CallError from every method */
export function secret(secretsManager: Service, SecretId: string): Secret {
  const call = async (action: string, body: object): Promise<Readonly<Record<string, unknown>>> =>
    fields(
      await secretsManager.call({
        method: "POST",
        path: [""],
        name: action,
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `secretsmanager.${action}`,
        },
        body: () => ({ SecretId, ...body }),
      }),
    );

  return {
    async stages() {
      const { ARN, VersionIdsToStages: versions } = await call("DescribeSecret", {});
      if (ARN !== SecretId) throw new CallError(200, "DescribeSecret", "the answer is about another secret");
      const holder = (stage: string): string | undefined =>
        Object.entries(fields(versions)).find(
          ([, stages]) => Array.isArray(stages) && stages.includes(stage),
        )?.[0];
      const [current, previous] = [holder("AWSCURRENT"), holder("AWSPREVIOUS")];
      return { ...(current !== undefined && { current }), ...(previous !== undefined && { previous }) };
    },

    async read(VersionId) {
      try {
        const { SecretString } = await call("GetSecretValue", { VersionId });
        return typeof SecretString === "string" && SecretString !== "" ? SecretString : undefined;
      } catch (error) {
        if (error instanceof CallError && error.type === "ResourceNotFoundException") return undefined;
        throw error;
      }
    },

    async put(ClientRequestToken, SecretString) {
      await call("PutSecretValue", { ClientRequestToken, SecretString });
    },
  };
}
