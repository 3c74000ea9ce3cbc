import { expectAlerts } from "./alerts";
import { expectGrafana } from "./grafana";
import { expectLogs } from "./logs";
import type { Sandbox } from "./sandbox";
import { expectAccounts, expectServices } from "./values";

/** What must hold for the tenants' stacks after every apply. */
export async function expectJoined(sandbox: Sandbox): Promise<void> {
  await expectAccounts(sandbox);
  await expectServices(sandbox);
  await expectLogs(sandbox);
  await expectGrafana(sandbox);
  await expectAlerts(sandbox);
}
