/** What one field of a host alone cannot show. */
import { leftInVain } from "./kernel";
import { sourceOf, type FieldProblem, type HostConfig } from "./machines";
import { brokenSysctls } from "./sysctl-limits";

export function checkHost(config: HostConfig): readonly FieldProblem[] {
  const { warnStealPercent: warns, refuseStealPercent: refuses } = config.preflight;
  const steal = {
    field: "preflight.warnStealPercent",
    text: `${warns} never warns, as ${refuses} refuses; declare less than refuseStealPercent`,
  };
  return [
    ...(warns < refuses ? [] : [steal]),
    ...leftInVain(config.kernel).map((sysctl) => ({
      field: `kernel.sysctls.${sysctl}`,
      text: "left alone already, the profile does not set it; remove the line",
    })),
    ...sourceOf(config).check(config),
    ...brokenSysctls(config.kernel.sysctls).map(({ name, problem }) => ({
      field: `kernel.sysctls[${JSON.stringify(name)}]`,
      text: problem,
    })),
  ];
}
