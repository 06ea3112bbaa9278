/** What credentials.sh printed: base64 of the cluster's authority, and the operator's kubeconfig. */
export interface Credentials {
  readonly authority: string;
  readonly kubeconfig: string;
}

export function parseCredentials(stdout: string): Credentials {
  const { authority, kubeconfig } = JSON.parse(stdout) as Credentials;
  return { authority, kubeconfig: Buffer.from(kubeconfig, "base64").toString("utf8") };
}
