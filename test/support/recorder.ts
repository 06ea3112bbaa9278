/** Runs a composition under Pulumi's mocks and records every resource with what it waits for. */
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

// Pulumi's mocks claim to support hooks and then lack these calls.
const acknowledge = (_: unknown, done: (error: null, answer: object) => void): void => {
  done(null, {});
};
Object.assign(MockMonitor.prototype, {
  registerErrorHook: acknowledge,
  registerResourceHook: acknowledge,
});

export interface Recorded {
  readonly name: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  /** Names of resources in dependsOn and behind the inputs. */
  readonly waitsFor: readonly string[];
}

type Outputs = Readonly<Record<string, unknown>>;

/** `answer` gives the outputs of a resource besides its inputs. */
export async function record(args: {
  readonly compose: () => unknown;
  readonly answer: (resource: { readonly name: string; readonly type: string }) => Outputs;
}): Promise<readonly Recorded[]> {
  const found: Promise<Recorded>[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, type, inputs }) => {
        const given = inputs as Outputs;
        return { id: `${name}-id`, state: { ...given, ...args.answer({ name, type }) } };
      },
      call: () => ({}),
    },
    "nordmesh",
    "test",
  );
  await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ name, type, props, opts }) => {
      found.push(describe(name, type, props, opts));
      return undefined;
    });
    args.compose();
    return Promise.resolve({});
  });
  await pulumi.runtime.disconnect();
  return Promise.all(found);
}

async function describe(
  name: string,
  type: string,
  props: Outputs,
  opts: pulumi.CustomResourceOptions,
): Promise<Recorded> {
  const behind = await resourcesOf(props);
  const depended = [opts.dependsOn ?? []].flat() as pulumi.Resource[];
  const waitsFor = [...depended, ...behind].map(nameOf);
  return { name, type, props, protect: opts.protect === true, waitsFor: [...new Set(waitsFor)] };
}

async function resourcesOf(props: Outputs): Promise<readonly pulumi.Resource[]> {
  const output = pulumi.output(props) as unknown as {
    allResources(): Promise<Set<pulumi.Resource>>;
  };
  return [...(await output.allResources())];
}

function nameOf(resource: pulumi.Resource): string {
  return (resource as unknown as { readonly __name: string }).__name;
}
