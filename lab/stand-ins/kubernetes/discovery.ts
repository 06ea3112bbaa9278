import { ApiError, type ApiClient } from "./api";
import { listAt, textAt, type KubeObject } from "./object";
import type { PropertyMap } from "../values";

/** The API server does not serve this kind, or not yet. */
export class NoMatchError extends Error {}

interface Served {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** `<apiVersion>/<Kind>` to where its objects are found. */
type Catalogue = ReadonlyMap<string, Served>;

const aggregated =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/** What the API server serves, asked once and again after something changed it. */
export class Discovery {
  private catalogue: Promise<Catalogue> | undefined;
  private askedAt = 0;
  /** Custom kinds the program declares, known before the server serves them. */
  private readonly declared = new Map<string, boolean>();

  constructor(private readonly api: ApiClient) {}

  forget(): void {
    this.catalogue = undefined;
  }

  /** Remembers the scope of the kinds that a CustomResourceDefinition is about to add. */
  declare(definition: KubeObject): void {
    const group = textAt(definition, "spec", "group");
    const kind = textAt(definition, "spec", "names", "kind");
    const namespaced = textAt(definition, "spec", "scope") === "Namespaced";
    for (const version of listAt(definition, "spec", "versions")) {
      this.declared.set(`${group}/${textAt(version, "name")}/${kind}`, namespaced);
    }
  }

  /** Undefined when neither server nor program knows the kind. Rejects when nobody answers. */
  async isNamespaced(kind: { apiVersion: string; kind: string }): Promise<boolean | undefined> {
    const key = `${kind.apiVersion}/${kind.kind}`;
    return this.declared.get(key) ?? (await this.find(key))?.namespaced;
  }

  async serves(kind: { apiVersion: string; kind: string }): Promise<boolean> {
    return (await this.find(`${kind.apiVersion}/${kind.kind}`)) !== undefined;
  }

  /** Path of one object. Throws a NoMatchError. */
  async pathOf(object: {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string };
  }): Promise<string> {
    const { apiVersion, kind, metadata } = object;
    const served = await this.find(`${apiVersion}/${kind}`);
    if (served === undefined) {
      throw new NoMatchError(`no matches for kind "${kind}" in version "${apiVersion}"`);
    }
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const namespace = served.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${root}${namespace}/${served.plural}/${metadata.name}`;
  }

  /** The server's version, as `v1.36.4`. */
  async version(): Promise<string> {
    return textAt(await this.api.get<PropertyMap>("/version"), "gitVersion");
  }

  /** Every `group/version` and `group/version/Kind`, as Helm wants them. */
  async apiVersions(): Promise<readonly string[]> {
    const kinds = [...(await this.all()).keys()];
    const versions = kinds.map((kind) => kind.slice(0, kind.lastIndexOf("/")));
    return [...new Set([...versions, ...kinds])].sort();
  }

  private async find(key: string): Promise<Served | undefined> {
    const found = (await this.all()).get(key);
    // A kind that came a moment ago is worth one more look; many misses at once are not.
    if (found !== undefined || Date.now() - this.askedAt < 500) return found;
    this.forget();
    return (await this.all()).get(key);
  }

  private all(): Promise<Catalogue> {
    if (this.catalogue === undefined) {
      this.askedAt = Date.now();
      this.catalogue = this.ask();
      this.catalogue.catch(() => this.forget());
    }
    return this.catalogue;
  }

  private async ask(): Promise<Catalogue> {
    const lists = await Promise.all(
      ["/api", "/apis"].map((path) => this.api.get<PropertyMap>(path, { accept: aggregated })),
    );
    if (lists.some((list) => list["kind"] !== "APIGroupDiscoveryList")) {
      throw new ApiError("the lab provider needs an API server of 1.30 or newer", 406, "");
    }
    return new Map(lists.flatMap((list) => listAt(list, "items")).flatMap(kindsOf));
  }
}

function kindsOf(group: PropertyMap): readonly (readonly [string, Served])[] {
  const name = textAt(group, "metadata", "name");
  return listAt(group, "versions").flatMap((version) => {
    const apiVersion = [name, textAt(version, "version")].filter((part) => part !== "").join("/");
    return listAt(version, "resources").map((resource) => {
      const kind = textAt(resource, "responseKind", "kind");
      const served = {
        plural: textAt(resource, "resource"),
        namespaced: textAt(resource, "scope") === "Namespaced",
      };
      return [`${apiVersion}/${kind}`, served] as const;
    });
  });
}
