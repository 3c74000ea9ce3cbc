import central from "../../fleet/schema/central.schema.json";
import tenant from "../../fleet/schema/tenant.schema.json";
import { IMAGES } from "../../lib/images";

describe("image references", () => {
  const { pattern: source } = tenant.definitions.image;
  const pattern = new RegExp(source, "u");
  const digest = `@sha256:${"0123456789abcdef".repeat(4)}`;

  test("both schemas take the same", () => {
    const images = Object.entries(central.properties.images.properties);
    expect(images.map(([key]) => key)).toEqual(Object.keys(IMAGES));
    expect(new Set(images.map(([, image]) => image.pattern))).toEqual(new Set([source]));
  });

  test.each([
    "nginx:1.27",
    `nginx${digest}`,
    `nginx:1.27${digest}`,
    "localhost:5000/cache:1",
    "registry.example:443/team/a_b.c__d-e/f:V1.0_rc-2",
    "222222222222.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2",
    "public.ecr.aws/aws-observability/aws-otel-collector:v0.50.0",
  ])("%s is one", (image) => {
    expect(image).toMatch(pattern);
  });

  test.each([
    ...["nginx", "nginx:", "team/nginx", "localhost:5000/cache", "nginx:1:2", ":1", "/nginx:1", "a//b:1"],
    ...["nginx:-1", "Nginx:1", "nginx :1", "nginx@sha256:0123", `nginx${digest}:1`, "https://a.example/b:1"],
    `${"a".repeat(254)}:1`,
  ])("%s is none", (image) => {
    expect(image).not.toMatch(pattern);
  });
});
