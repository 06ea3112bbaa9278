/** Names of the shapes in an environment whose own key does not name them, or not alone. */

export interface Name {
  readonly name: string;
  /** Said of the shape itself, where no field holds it alone. */
  readonly summary?: string;
  /** Shapes that together make this one. */
  readonly parts?: readonly string[];
}

/** By path as in docs/config.md; a path without modes stands for every mode. */
export const names: Readonly<Record<string, Name>> = {
  "hosts.<name>": {
    name: "HostConfig",
    summary: "Where a host comes from, what it does and how it is tuned.",
  },
  mesh: { name: "Mesh", parts: ["Istio", "Policies", "Install"] },
  "mesh.charts": { name: "IstioCharts" },
  "mesh(linkerd).charts": { name: "LinkerdCharts" },
  "mesh(linkerd).controlPlane": { name: "LinkerdControlPlane" },
  "mesh(linkerd).proxy": { name: "LinkerdProxy" },
  "mesh(linkerd).namespaces.<name>": {
    name: "LinkerdNamespace",
    summary: "A namespace in the mesh.",
  },
  "mesh(linkerd).workloads.<name>": {
    name: "LinkerdWorkload",
    summary: "Settings of an existing workload.",
  },
  "mesh(linkerd).services.<name>": {
    name: "LinkerdService",
    summary: "Traffic settings of a service.",
  },
  "mesh(linkerd).services.<name>.breaker": { name: "LinkerdBreaker" },
  "mesh(linkerd).services.<name>.retries": { name: "LinkerdRetries" },
  "mesh.controlPlane.resources": {
    name: "Resources",
    summary: "CPU and memory of a container, as Kubernetes spells them.",
  },
  "mesh.controlPlane.replicas": { name: "Replicas", summary: "How many pods run." },
  "mesh.gateways.<name>": {
    name: "Gateway",
    summary: "An ingress gateway: a Service and the proxies behind it.",
  },
  "mesh.gateways.<name>.ports[]": {
    name: "GatewayPort",
    summary: "A port of a gateway's Service.",
  },
  "mesh.gateways.<name>.service": { name: "GatewayService" },
  "mesh.gateways.<name>.tolerations[]": {
    name: "Toleration",
    summary: "A taint that pods tolerate.",
  },
  "mesh.values": { name: "ChartValues" },
  "mesh.proxy": { name: "SidecarProxy" },
  "mesh(sidecar).namespaces.<name>": {
    name: "SidecarNamespace",
    summary: "A namespace in the mesh.",
  },
  "mesh(ambient).namespaces.<name>": {
    name: "AmbientNamespace",
    summary: "A namespace in the mesh.",
  },
  "mesh.namespaces.<name>.waypoint": {
    name: "NamespaceWaypoint",
    summary: "A waypoint that is sized unlike the others.",
  },
  "mesh(sidecar).workloads.<name>": {
    name: "SidecarWorkload",
    summary: "Settings of an existing workload.",
  },
  "mesh(ambient).workloads.<name>": {
    name: "AmbientWorkload",
    summary: "Settings of an existing workload.",
  },
  "mesh.workloads.<name>.proxy": { name: "WorkloadProxy" },
  "mesh.services.<name>": { name: "Service", summary: "Traffic settings of a service." },
  "mesh.egress.allow.<name>": {
    name: "EgressDestination",
    summary: "A destination outside the cluster.",
  },
  "mesh.egress.allow.<name>.ports[]": {
    name: "EgressPort",
    summary: "A port of a destination outside the cluster.",
  },
  "mesh.plaintextClients[]": { name: "PlaintextClient", summary: "A caller without mTLS." },
  "mesh.accept[]": {
    name: "AcceptedMeshFinding",
    summary: "A finding about the mesh that was accepted in writing.",
  },
  "hosts.<name>(existing).volumes.<name>": { name: "DiskVolume", summary: "A volume on a disk." },
  "hosts.<name>(libvirt).volumes.<name>": { name: "DiskVolume", summary: "A volume on a disk." },
  "hosts.<name>(container).volumes.<name>": {
    name: "FileVolume",
    summary: "A volume in a file of this computer.",
  },
  storage: { name: "StorageConfig" },
  "storage.accept[]": {
    name: "AcceptedStorageFinding",
    summary: "A finding about local volumes that was accepted in writing.",
  },
  "storage.volumes.<name>.<name>": {
    name: "NodeVolume",
    summary: "A folder of a node, for one claim.",
  },
  addons: { name: "AddonsConfig" },
  loadBalancer: { name: "LoadBalancerConfig" },
  "addons.charts": { name: "AddonCharts" },
  "addons.accept[]": {
    name: "AcceptedFinding",
    summary: "A finding that was accepted in writing.",
  },
  "addons.kiali.auth": { name: "KialiAuth" },
  "loadBalancer.charts": { name: "AddonCharts" },
  "loadBalancer.accept[]": {
    name: "AcceptedFinding",
    summary: "A finding that was accepted in writing.",
  },
  "loadBalancer.pools.<name>": { name: "Pool", summary: "Addresses for Services." },
  "loadBalancer.peers.<name>": { name: "BgpPeer", summary: "A router that hears of addresses." },
};

/** A field that stands for the plain value that may be written in place of a whole shape. */
export interface PlainField {
  readonly name: string;
  readonly kind: "text" | "boolean";
  readonly text: string;
  readonly default?: boolean;
}

/** By shape: other languages have one type for a field. The classes in package/ read these fields back. */
export const plainFields: Readonly<Record<string, PlainField>> = {
  Image: {
    name: "path",
    kind: "text",
    text: "(local, container) Path on this computer; the image has no other field then.",
  },
  NamespaceWaypoint: {
    name: "enabled",
    kind: "boolean",
    text: "False: the namespace has no waypoint, whatever its services declare.",
    default: true,
  },
};
