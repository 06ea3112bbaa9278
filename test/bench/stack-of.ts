import { controlPlane, stack, worker, type Fields } from "../support/fixtures";

/** Three control planes, or one in a stack below that, and workers for the rest. */
export function stackOf(count: number): Fields {
  const controlPlanes = count < 6 ? 1 : 3;
  const rows = Array.from({ length: count }, (_, index) => {
    const address = `10.1.${Math.floor(index / 200)}.${(index % 200) + 1}`;
    return index < controlPlanes
      ? [`cp-${index + 1}`, controlPlane({ address, bootstrap: index === 0 })]
      : [`worker-${index + 1}`, worker({ address })];
  });
  return stack({
    kubernetes: {
      endpoint: "api.example.net:6443",
      podCidr: "10.128.0.0/9",
      serviceCidr: "10.96.0.0/16",
    },
    hosts: Object.fromEntries(rows) as Fields,
  });
}
