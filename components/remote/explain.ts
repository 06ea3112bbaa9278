/** Says in the operator's terms why a host could not be worked on. */

const causes: readonly (readonly [RegExp, (host: string, user: string) => string])[] = [
  [
    /host key mismatch|IDENTIFICATION HAS CHANGED|Host key verification failed|key mismatch/i,
    (host) =>
      `${host} shows another SSH host key than the declared one; nothing was sent to it. ` +
      "Is the address right, was the server reinstalled? Compare with `cat /etc/ssh/ssh_host_ed25519_key.pub` on its console",
  ],
  [
    /unable to authenticate|Permission denied \(|no supported methods remain/i,
    (host, user) =>
      `${host} does not let ${user} in with the given key. ` +
      "Check ssh.user, nordmesh:sshPrivateKey or the SSH agent, and the user's authorized_keys",
  ],
  [
    /may not run sudo without a password/i,
    (host, user) =>
      `${user} may not become root on ${host}. Add "${user} ALL=(ALL) NOPASSWD:ALL" under /etc/sudoers.d`,
  ],
  [
    /connection refused/i,
    (host) => `${host} refuses SSH connections. Is sshd running, is sshPort right?`,
  ],
  [
    /i\/o timeout|timed out|no route to host|network is unreachable|no such host|Could not resolve/i,
    (host) =>
      `${host} cannot be reached over SSH. Check address, firewall and whether it is switched on`,
  ],
  [
    /No space left on device/i,
    (host) => `the disk of ${host} is full. Free space (df -h) and run pulumi up again`,
  ],
  [
    /SSH_AUTH_SOCK|ssh agent|agent socket/i,
    () =>
      "the SSH agent does not answer. Start it, or unset SSH_AUTH_SOCK and use nordmesh:sshPrivateKey",
  ],
];

/** One sentence on the cause, or undefined where the error speaks for itself. */
export function explainFailure(args: {
  readonly message: string;
  readonly host: string;
  readonly user: string;
}): string | undefined {
  const known = causes.find(([pattern]) => pattern.test(args.message));
  return known?.[1](args.host, args.user);
}
