/** What credentials.sh printed: base64 of the cluster's authority, and an administrator's kubeconfig. */
export interface Credentials {
  readonly authority: string;
  readonly kubeconfig: string;
}

export function parseCredentials(stdout: string): Credentials {
  const { authority, kubeconfig } = JSON.parse(stdout) as Credentials;
  return { authority, kubeconfig: Buffer.from(kubeconfig, "base64").toString("utf8") };
}

/** The same kubeconfig for people who reach the API server at another host:port. */
export function withServer(kubeconfig: string, endpoint: string): string {
  return kubeconfig.replace(/^( +server: ).*$/m, `$1https://${endpoint}`);
}
