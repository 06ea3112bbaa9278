/** Serves the components to Pulumi's engine, as the provider `nordmesh`. */
import { dirname } from "node:path";
import { componentProviderHost } from "@pulumi/pulumi/provider/experimental";
import * as components from "./index";

// By itself the host would take this package's name, which the package with the real classes has.
void componentProviderHost({
  name: "nordmesh",
  dirname: dirname(__dirname),
  components: Object.values(components),
});
