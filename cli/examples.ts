/** Lines that people type, by command; the end of its `--help`. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  validate: ["validate", "validate --base origin/main"],
  add: [
    "add",
    "add --name acme --account-id 222222222222 --vpc-id vpc-0a1b2c3d4e5f60001 --subnet subnet-0a1b2c3d4e5f60001 --service orders=example/orders:1.4.2:8080",
  ],
  list: ["list", "list --wave canary --json"],
  show: ["show acme", "show acme --json"],
  waves: ["waves"],
  affected: ["affected --base origin/main", "affected --base origin/main --matrix"],
  plan: ["plan --fleet", "plan --only acme globex"],
  deploy: [
    "deploy --shared",
    "deploy --wave canary",
    "deploy --all --only acme",
    "deploy --stack workspaces",
    "deploy --resume",
  ],
  drift: ["drift", "drift --only acme"],
  cost: ["cost acme", "cost --fleet"],
  diagram: ["diagram --output fleet.svg", "diagram acme --output acme.svg"],
  report: ["report --output fleet.html"],
  doctor: ["doctor acme", "doctor acme --live --contract contract.json"],
  suspend: ["suspend acme", "suspend acme --undo"],
  offboard: ["offboard acme --date 2026-12-31", "offboard acme --undo"],
  roles: ["roles --central", "roles --tenant acme"],
  schema: ["schema central"],
};

/** Empty for a command without any. */
export function examplesText(command: string): string {
  const lines = (EXAMPLES[command] ?? []).map((line) => `  npx tenantscope ${line}\n`);
  return lines.length === 0 ? "" : `\nExamples:\n${lines.join("")}`;
}
