import type { AlertingRule, RecordingRule, RuleFile } from "../../dashboards/rules/types";

const all = (file: RuleFile) => file.groups.flatMap(({ rules }) => rules);

export const alertsOf = (file: RuleFile): AlertingRule[] => all(file).filter((rule) => "alert" in rule);
export const recordingsOf = (file: RuleFile): RecordingRule[] => all(file).filter((rule) => "record" in rule);
export const expressionsOf = (file: RuleFile): string[] => all(file).map(({ expr }) => expr);
