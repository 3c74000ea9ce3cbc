import { attackFleet } from "../../support/attack-fleet";
import { worldOf } from "../../support/attack-world";
import { synth } from "../../support/synth";
import { endpointsMatrix } from "./endpoints";
import { EXPECTED_ENDPOINTS } from "./expected-endpoints";

test("what comes through every VPC endpoint, even for administrators, is in the table", async () => {
  expect(await endpointsMatrix(worldOf(synth(attackFleet())))).toEqual(EXPECTED_ENDPOINTS);
});
