/** Defaults of the central registry, where it is managed, and of what its lists hold. */
export const REGISTRY_DEFAULTS = {
  registry: { scanning: { type: "basic", continuous: [] }, repositories: [] },
  imageRepository: { untaggedDays: 14, keepImages: 100 },
  github: { manageOidcProvider: true },
  githubRole: { branches: [], environments: [] },
} as const;
