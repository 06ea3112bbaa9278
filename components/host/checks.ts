/** What one field of a host alone cannot show. */
import { leftInVain } from "./kernel";
import { sourceOf, type FieldProblem, type HostConfig } from "./machines";
import { brokenSysctls } from "./sysctl-limits";
import { planVolumes, type VolumePlan } from "./volumes";

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
    ...disksTwice(planVolumes(sourceOf(config).volumes(config))),
    ...brokenSysctls(config.kernel.sysctls).map(({ name, problem }) => ({
      field: `kernel.sysctls[${JSON.stringify(name)}]`,
      text: problem,
    })),
  ];
}

function disksTwice(volumes: readonly VolumePlan[]): readonly FieldProblem[] {
  return volumes.flatMap(({ name, device }, index) => {
    const first = volumes.slice(0, index).find((earlier) => earlier.device === device);
    if (first === undefined) return [];
    const text = `${device} is the disk of volumes.${first.name}; every volume needs its own`;
    return [{ field: `volumes.${name}.device`, text }];
  });
}
