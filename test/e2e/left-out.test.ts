/** What `npm test` has no time for, so that its summary says so; each is a command of its own. */

describe("left out, as npm test is to end in 20 minutes", () => {
  it("a virtual machine: refusals, kernel values, a reboot, destroy (npm test -- server)");
  it("the boundary of Cilium, by twenty tries to pass it (npm test -- borders)");
  it("five nodes with Cilium and no kube-proxy: killed runs, an edit (npm test -- cilium)");
  it("MetalLB and metrics-server, where they are built (npm test -- services)");
  it("MetalLB by BGP to a router of its own (npm test -- bgp)");
  it("the guides' examples as they stand, by requests (npm test -- guides)");
  it("a mesh whose roots and release change under load (npm test -- changes)");
  it("Prometheus, where its charts are (npm test -- metrics)");
  it("Tempo, where its chart and image are (npm test -- traces)");
  it("Linkerd before an API server, where its charts are (npm test -- linkerd)");
  it("runs killed at eleven points (npm test -- kills)");
  it("programs of others: Host, KubeadmCluster and Istio alone (npm test -- programs)");
});
