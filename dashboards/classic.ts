/* eslint-disable @typescript-eslint/no-deprecated -- The SDK prefers the schema's second version. Terraform's
   `grafana_dashboard` takes the first. */
import { DashboardBuilder } from "@grafana/grafana-foundation-sdk/dashboard";

/** A dashboard begins here; the schema is the one that every Grafana reads. */
export const classicDashboard = (title: string) => new DashboardBuilder(title);

/** A dashboard as Grafana takes it. */
export type Dashboard = ReturnType<DashboardBuilder["build"]>;
