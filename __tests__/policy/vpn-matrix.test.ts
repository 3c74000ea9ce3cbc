import { exampleFleet } from "../support/fleets";
import { everyOptionFleet } from "../support/every-option-fleet";
import { S3_BACKEND } from "../support/fleets";
import { mutated, synth } from "../support/synth";
import { add } from "../support/mutate";
import { vpnReach } from "./vpn-reach";

/** Written out: who of the VPN reaches which port of which service, and nothing else. */

const PLATFORM = "90a1b2c3-0000-4000-8000-000000000001";
const PEOPLE = "90a1b2c3-0000-4000-8000-000000000002";

describe("the example: groups of single sign-on", () => {
  const tree = synth(exampleFleet());
  const names = ["10.0.0.2 tcp 53 -> names", "10.0.0.2 udp 53 -> names"];
  const grafana = ["10.0.224.4 tcp 443 -> grafana-workspace", "10.0.228.4 tcp 443 -> grafana-workspace"];

  test("the platform team reaches all three services, the others Grafana", () => {
    expect(vpnReach(tree.stack("central"))).toEqual({
      [PLATFORM]: [
        ...names,
        grafana[0],
        "10.0.224.5 tcp 80 -> jaeger-query:16686",
        "10.0.224.6 tcp 80 -> loki-0:3100",
        grafana[1],
        "10.0.228.5 tcp 80 -> jaeger-query:16686",
        "10.0.228.6 tcp 80 -> loki-0:3100",
      ],
      [PEOPLE]: [...names, ...grafana],
    });
  });

  test("a wider rule opens nothing that has a rule of its own, and shows", () => {
    const wide = mutated(
      tree,
      "central",
      add("resource/aws_ec2_client_vpn_authorization_rule/x", {
        target_network_cidr: "10.0.224.0/24",
        access_group_id: PEOPLE,
      }),
    );
    expect(vpnReach(wide.stack("central"))[PEOPLE]).toEqual([...names, ...grafana, "opens 10.0.224.0/24"]);
  });
});

test("certificates, an existing VPC: everybody reaches what is named, in each of three zones", () => {
  const central = synth(everyOptionFleet(S3_BACKEND)).stack("central");
  const zones = [16, 32, 48];
  expect(vpnReach(central)).toEqual({
    everybody: [
      "10.11.0.2 tcp 53 -> names",
      "10.11.0.2 udp 53 -> names",
      ...zones.flatMap((start) => [
        `10.11.255.${String(start + 4)} tcp 443 -> grafana-workspace`,
        `10.11.255.${String(start + 5)} tcp 80 -> jaeger-query:16686`,
        ...[0, 1, 2].map(
          (replica) => `10.11.255.${String(start + 6)} tcp 80 -> loki-${String(replica)}:3100`,
        ),
      ]),
    ],
  });
});
