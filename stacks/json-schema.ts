/** JSON schema of a stack file, for editors. */
import { jsonSchemaOf, type JsonSchema } from "../components/config/json-schema";
import { configuredSecrets } from "../components/addons/configured-secrets";
import { StackConfig } from "../components/environment/config";

/** Schema of the value under `nordmesh:stack`. */
export function stackSchema(): JsonSchema {
  return jsonSchemaOf(StackConfig);
}

/** Keys of a stack file besides `config`; Pulumi writes them itself. */
export const pulumiKeys = ["encryptionsalt", "encryptedkey", "secretsprovider", "environment"];

/** Schema of a whole Pulumi.<environment>.yaml. */
export function stackFileSchema(): object {
  const { $schema, ...stack } = stackSchema() as JsonSchema & { readonly $schema?: string };
  const secret = (description: string): object => ({
    description: `${description}; set with pulumi config set --secret.`,
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  });
  return {
    $schema,
    title: "nordmesh environment",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          "nordmesh:stack": stack,
          "nordmesh:sshPrivateKey": secret("Private key of the operator"),
          ...Object.fromEntries(
            Object.entries(configuredSecrets).map(([name, what]) => [
              `nordmesh:${name}`,
              secret(what),
            ]),
          ),
        },
        patternProperties: { "^pulumi:": {} },
        required: ["nordmesh:stack"],
        additionalProperties: false,
      },
      ...Object.fromEntries(pulumiKeys.map((key) => [key, {}])),
    },
    required: ["config"],
    additionalProperties: false,
  };
}
