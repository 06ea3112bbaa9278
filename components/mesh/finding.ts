/** What a rule says about the places of a mesh section. */
import type { Finding } from "../findings/finding";
import type { MeshContext } from "./context";

export type { Finding };
export type Rule = (context: MeshContext) => readonly Finding[];
