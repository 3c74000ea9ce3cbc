import type { CentralRegistry } from "../../fleet/registry-types";

/** A registry that uses every option. */
export const EVERY_REGISTRY: CentralRegistry = {
  cache: {
    dockerHubSecretArn:
      "arn:aws:secretsmanager:eu-west-1:111111111111:secret:ecr-pullthroughcache/docker-hub-AbCdEf",
  },
  scanning: { type: "enhanced", continuous: ["restricted/*", "shared/base"] },
  repositories: [
    { name: "shared/base", untaggedDays: 1, keepImages: 7 },
    { name: "restricted/gateway", accountIds: ["777777777777"], untaggedDays: 14, keepImages: 100 },
  ],
  github: {
    manageOidcProvider: true,
    roles: [
      {
        name: "base",
        repository: "platform-example/base",
        branches: ["main", "release/1.x"],
        environments: [],
        push: ["shared/base"],
      },
      {
        name: "gateway",
        repository: "platform-example@123456/gateway@456789",
        branches: [],
        environments: ["production"],
        push: ["restricted/gateway", "shared/base"],
      },
    ],
  },
};
