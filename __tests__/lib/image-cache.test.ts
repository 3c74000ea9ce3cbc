import fc from "fast-check";
import schema from "../../fleet/schema/central.schema.json";
import { centralFor } from "../../fleet/waves";
import {
  cachedImage,
  cachedRepository,
  cachePrefix,
  imageReference,
  isCached,
  isRepositoryName,
  namedImages,
  pulledImages,
  UPSTREAMS,
} from "../../lib/image-cache";
import { IMAGES } from "../../lib/images";
import { central } from "../support/fleets";

const PLACE = { accountId: "111111111111", region: "eu-west-1" };
const REGISTRY = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/tenantscope";
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const REPOSITORY = new RegExp(schema.definitions.repositoryName.pattern, "u");
const IMAGE = new RegExp(schema.properties.images.properties.loki.pattern, "u");

test("every public image of the program has its place in the cache", () => {
  expect(
    Object.fromEntries(Object.entries(IMAGES).map(([key, image]) => [key, cachedImage(image, PLACE)])),
  ).toEqual({
    adotCollector: `${REGISTRY}/ecr-public/aws-observability/aws-otel-collector:v0.50.0`,
    fluentBit: `${REGISTRY}/ecr-public/aws-observability/aws-for-fluent-bit:3.4.16`,
    jaeger: `${REGISTRY}/docker-hub/jaegertracing/jaeger:2.20.0`,
    loki: `${REGISTRY}/docker-hub/grafana/loki:3.7.6`,
    nginx: `${REGISTRY}/docker-hub/nginxinc/nginx-unprivileged:1.28.0-alpine`,
    busybox: `${REGISTRY}/ecr-public/docker/library/busybox:1.37.0`,
    awsCli: `${REGISTRY}/ecr-public/aws-cli/aws-cli:2.31.0`,
  });
});

test.each([
  ["busybox:1.37.0", "docker.io", "library/busybox", ":1.37.0"],
  ["docker.io/busybox:1", "docker.io", "library/busybox", ":1"],
  ["grafana/loki:3.7.6", "docker.io", "grafana/loki", ":3.7.6"],
  [`index.docker.io/grafana/loki@${DIGEST}`, "docker.io", "grafana/loki", `@${DIGEST}`],
  [`registry-1.docker.io/a/b:c@${DIGEST}`, "docker.io", "a/b", `:c@${DIGEST}`],
  ["localhost:5000/cache:1", "localhost:5000", "cache", ":1"],
  ["localhost/cache:1", "localhost", "cache", ":1"],
  ["registry.example:443/a/b:1", "registry.example:443", "a/b", ":1"],
])("%s", (image, registry, path, version) => {
  expect(imageReference(image)).toEqual({ registry, path, version });
});

test("names of repositories are those that the schema takes", () => {
  for (const name of ["ab", "a.b", "shop/api", "a1/b_c-d", "a".repeat(256)])
    expect([name, isRepositoryName(name), REPOSITORY.test(name)]).toEqual([name, true, true]);
  for (const name of ["a", "a__b", "a--b", "a._b", "a//b", "/a", "a/", "-ab", "ab_", "Ab", "a".repeat(257)])
    expect([name, isRepositoryName(name), REPOSITORY.test(name)]).toEqual([name, false, false]);
});

test.each([
  "111111111111.dkr.ecr.eu-west-1.amazonaws.com/mirror/loki:3.7.6",
  `${REGISTRY}/docker-hub/grafana/loki:3.7.6`,
  "registry.internal:5000/nginx:1.28.0",
  "ghcr.io/org/app:1.0.0",
])("%s stays where it is", (image) => {
  expect([cachedImage(image, PLACE), cachedRepository(image)]).toEqual([image, undefined]);
});

/** Parts of the names that registries give. */
const part = fc.stringMatching(/^[a-z0-9]{1,12}([._-][a-z0-9]{1,8})?$/);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,40}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `@sha256:${hex}`);
const version = fc.oneof(
  tag.map((each) => `:${each}`),
  digest,
  fc.tuple(tag, digest).map(([each, sha]) => `:${each}${sha}`),
);
const path = fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join("/"));

test("tag and digest stay as they are, and the way back is the only one", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(UPSTREAMS)), path, version, (registry, name, suffix) => {
      const image = `${registry}/${name}${suffix}`;
      fc.pre(IMAGE.test(image));
      const copy = cachedImage(image, PLACE);
      const upstream = UPSTREAMS[registry];
      if (upstream === undefined) throw new Error(registry);
      expect(copy).toBe(
        `111111111111.dkr.ecr.eu-west-1.amazonaws.com/${cachePrefix(upstream)}/${name}${suffix}`,
      );
      expect(cachedImage(copy, PLACE)).toBe(copy);
      expect(cachedRepository(image)).toMatch(REPOSITORY);
      expect(isCached(cachedRepository(image) ?? "")).toBe(true);
      expect(imageReference(image)).toEqual({ registry, path: name, version: suffix });
    }),
    { numRuns: 300 },
  );
});

test("every other registry's images stay, whatever they are called", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("ghcr.io", "registry.example:5000", "localhost"),
      path,
      version,
      (host, name, suffix) => {
        expect(cachedImage(`${host}/${name}${suffix}`, PLACE)).toBe(`${host}/${name}${suffix}`);
      },
    ),
    { numRuns: 100 },
  );
});

describe("a fleet", () => {
  const waves = [
    {
      name: "canary",
      concurrency: 1,
      images: { adotCollector: "public.ecr.aws/aws-observability/aws-otel-collector:v0.51.0" },
    },
    { name: "fleet", concurrency: 1, images: {} },
  ];
  const registry = { cache: {}, scanning: { type: "basic", continuous: [] }, repositories: [] } as const;

  test("without the cache pulls from where the images are", () => {
    const { cache, ...without } = registry;
    expect(cache).toEqual({});
    for (const settings of [central(), central({ registry: without })]) {
      expect(pulledImages(settings)).toEqual(IMAGES);
    }
  });

  test("with it pulls a wave's own release from the cache too", () => {
    const settings = central({ registry, waves });
    const collector = `${REGISTRY}/ecr-public/aws-observability/aws-otel-collector`;
    expect(centralFor(settings, { wave: "canary" }).images.adotCollector).toBe(`${collector}:v0.51.0`);
    expect(centralFor(settings, {}).images.adotCollector).toBe(`${collector}:v0.50.0`);
    // It is made once: what is pulled is no public image any more.
    expect(pulledImages(centralFor(settings, {}))).toEqual(centralFor(settings, {}).images);
  });

  test("names the images of all waves", () => {
    expect(namedImages(central({ waves }))).toEqual(
      [...Object.values(IMAGES), "public.ecr.aws/aws-observability/aws-otel-collector:v0.51.0"].sort(),
    );
  });
});
