/** The mesh alone, on three control planes and two workers: containers of this computer. */
import { FiveNodes } from "./support/five-nodes";
import { itCarriesAMesh } from "./support/mesh";

describe("five nodes", function () {
  this.bail(true);
  this.timeout("15m");
  let cluster: FiveNodes;

  before(async function () {
    this.timeout("60m");
    cluster = await FiveNodes.begin("dev-mesh", {
      network: "10.81.0",
      controlPlanes: ["cp-1", "cp-2", "cp-3"],
      workers: ["w-1", "w-2"],
    });
    await cluster.up(cluster.declared);
  });

  after(() => cluster?.end());

  itCarriesAMesh(() => cluster);
});
