/** The examples of the guides as they stand, each on containers of this computer, proven by requests. */
import { itProvesG0 } from "./guides/g0";
import { itProvesG1 } from "./guides/g1";
import { itProvesG2 } from "./guides/g2";
import { itProvesG3 } from "./guides/g3";
import { itProvesG4 } from "./guides/g4";
import { Guide, type GuideArgs } from "./guides/guide";
import { skipUnlessBuilt } from "./support/environment";

const guides: readonly (GuideArgs & { readonly proves: (of: () => Guide) => void })[] = [
  { name: "g0", network: "10.86.0", sets: [], proves: itProvesG0 },
  { name: "g1", network: "10.87.0", sets: ["cilium"], proves: itProvesG1 },
  { name: "g2", network: "10.88.0", sets: ["load-balancer"], proves: itProvesG2 },
  {
    ...{ name: "g3", network: "10.89.0", sets: ["load-balancer"], proves: itProvesG3 },
    // Charts of the addons are in no registry.
    without: ["addons"],
  },
  {
    ...{ name: "g4", network: "10.91.0", sets: ["ambient", "load-balancer"], proves: itProvesG4 },
    without: ["addons"],
  },
];

for (const { proves, ...args } of guides) {
  describe(`the example ${args.name}`, function () {
    this.bail(true);
    this.timeout("15m");
    let guide: Guide | undefined;

    before(async function () {
      this.timeout("60m");
      await skipUnlessBuilt(this, args.sets);
      guide = await Guide.begin(args);
    });

    after(() => guide?.end());

    proves(() => {
      if (guide === undefined) throw new Error("the guide has begun");
      return guide;
    });
  });
}
