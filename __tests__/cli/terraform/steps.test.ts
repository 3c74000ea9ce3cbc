import { earlierWaves } from "../../../cli/terraform/earlier-waves";
import { stepsOf, type Selection } from "../../../cli/terraform/steps";
import type { Fleet } from "../../../fleet/types";
import { UserError } from "../../../lib/errors";

const fleet = {
  central: {
    backend: { type: "local" },
    waves: [
      { name: "canary", concurrency: 2, images: {} },
      { name: "empty", concurrency: 3, images: {} },
      { name: "fleet", concurrency: 10, images: {} },
    ],
  },
  tenants: [{ name: "acme" }, { name: "globex", wave: "canary" }, { name: "initech", wave: "fleet" }],
} as unknown as Fleet;

const central = { name: "central", stacks: ["central"], concurrency: 1 };
const shared = { name: "shared", stacks: ["limits", "grafana"], concurrency: 2 };
const canary = { name: "canary", stacks: ["tenant-globex"], concurrency: 2 };
const last = { name: "fleet", stacks: ["tenant-acme", "tenant-initech"], concurrency: 10 };

test.each<[Selection, unknown]>([
  [{ wave: "canary" }, [canary]],
  [{ wave: "fleet" }, [last]],
  [{ wave: "empty" }, []],
  [{ wave: "fleet", only: ["acme"] }, [{ ...last, stacks: ["tenant-acme"] }]],
  [{ shared: true }, [central, shared]],
  [{ all: true }, [central, shared, canary, last]],
  [{ all: true, only: ["initech", "globex"] }, [canary, { ...last, stacks: ["tenant-initech"] }]],
  [{ stack: ["central"] }, [central]],
  [
    { stack: ["tenant-initech", "grafana", "tenant-globex"] },
    [{ ...shared, stacks: ["grafana"] }, canary, { ...last, stacks: ["tenant-initech"] }],
  ],
])("%j", (selection, steps) => {
  expect(stepsOf(fleet, selection)).toEqual(steps);
});

test.each<[Selection, string[]]>([
  [{ wave: "canary" }, []],
  [{ wave: "empty" }, ["canary"]],
  [{ wave: "fleet" }, ["canary", "empty"]],
  [{ wave: "fleet", only: ["acme"] }, []],
  [{ wave: "fleet", skipEarlierWaves: true }, []],
  [{ all: true }, []],
  [{ shared: true }, []],
  [{ stack: ["tenant-acme"] }, []],
])("before %j come the waves %j", (selection, waves) => {
  const earlier = earlierWaves(fleet, selection);
  expect(earlier.map(({ name }) => name)).toEqual(waves);
  expect(earlier.flatMap(({ stacks }) => stacks)).toEqual(waves.length > 0 ? ["tenant-globex"] : []);
});

test("in HCP Terraform the workspaces come before what needs one", () => {
  const cloud = { ...fleet, central: { ...fleet.central, backend: { type: "cloud" } } } as unknown as Fleet;
  const workspaces = { name: "workspaces", stacks: ["workspaces"], concurrency: 1 };
  expect(stepsOf(cloud, { shared: true })).toEqual([workspaces, central, shared]);
  expect(stepsOf(cloud, { all: true })).toEqual([workspaces, central, shared, canary, last]);
  expect(stepsOf(cloud, { stack: ["central", "workspaces"] })).toEqual([workspaces, central]);
});

test.each<[Selection, string]>([
  [{}, "say what to deploy: one of --wave <name>, --all, --shared, --stack <names...>, --resume"],
  [
    { wave: "canary", all: true },
    "say what to deploy: one of --wave <name>, --all, --shared, --stack <names...>, --resume",
  ],
  [{ wave: "canari" }, 'there is no wave "canari", did you mean "canary"?'],
  [{ wave: "zzzzzzzz" }, 'there is no wave "zzzzzzzz", choose one of canary, empty, fleet'],
  [
    { all: true, only: ["acne", "x"] },
    'there is no tenant "acne", did you mean "acme"?\nthere is no tenant "x", choose one of those that `npx tenantscope list` shows',
  ],
  [
    { wave: "canary", only: ["acme"] },
    "acme is not in wave canary but in fleet, deploy it with --wave fleet",
  ],
  [{ shared: true, only: ["acme"] }, "--only names tenants, the shared stacks have none"],
  [{ stack: ["central"], only: ["acme"] }, "--only names tenants, --stack names stacks: say one of them"],
  [
    { stack: ["centrl", "acme", "workspaces", "acme"] },
    'there is no stack "centrl", did you mean "central"?\n' +
      'there is no stack "acme", choose one of central, limits, grafana and tenant-<name>\n' +
      'there is no stack "workspaces": central.json has it with "backend": { "type": "cloud" } only',
  ],
  [
    { stack: ["central"], all: true },
    "say what to deploy: one of --wave <name>, --all, --shared, --stack <names...>, --resume",
  ],
])("%j is refused", (selection, message) => {
  expect(() => stepsOf(fleet, selection)).toThrow(new UserError(message));
});
