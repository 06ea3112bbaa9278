/** Says in the operator's terms why a host could not be worked on. */

type Cause = readonly [RegExp, (host: string, user: string) => string];

/** The connection itself failed: texts of the provider, of Go's SSH client and of OpenSSH. */
const connectionCauses: readonly Cause[] = [
  [
    /dial unix|SSH_AUTH_SOCK|ssh agent|agent socket/i,
    () =>
      "the SSH agent does not answer. Start it, or unset SSH_AUTH_SOCK and use nordmesh:sshPrivateKey",
  ],
  [
    /host key mismatch|IDENTIFICATION HAS CHANGED|Host key verification failed/i,
    (host) =>
      `${host} shows another SSH host key than the declared one; nothing was sent to it. ` +
      "Is the address right, was the server reinstalled? Compare with `cat /etc/ssh/ssh_host_ed25519_key.pub` on its console",
  ],
  [
    /no common algorithm for host key|no matching host key type/i,
    (host) =>
      `${host} has no ed25519 host key to show. Run ssh-keygen -A on its console and restart sshd`,
  ],
  [
    /passphrase protected/i,
    () =>
      "nordmesh:sshPrivateKey is encrypted with a passphrase. Use the SSH agent, or store the key without one",
  ],
  [
    /unable to authenticate|Permission denied \(|no supported methods remain/i,
    (host, user) =>
      `${host} does not let ${user} in with the given key. ` +
      "Check ssh.user, nordmesh:sshPrivateKey or the SSH agent, and the user's authorized_keys",
  ],
  [
    /connection refused/i,
    (host) => `${host} refuses SSH connections. Is sshd running, is sshPort right?`,
  ],
  [
    /i\/o timeout|timed out|deadline exceeded|no route to host|network is unreachable|no such host|Could not resolve/i,
    (host) =>
      `${host} cannot be reached over SSH. Check address, firewall and whether it is switched on`,
  ],
  [
    /handshake failed: .*(EOF|reset by peer)|kex_exchange_identification/i,
    (host) =>
      `${host} ends SSH connections before they begin. Is sshPort that of an SSH server, does MaxStartups or a ban stop this computer?`,
  ],
];

/** The script ran on the host: what it printed says nothing about the connection. */
const scriptCauses: readonly Cause[] = [
  [
    /may not run sudo without a password/i,
    (host, user) =>
      `${user} may not become root on ${host}. Add "${user} ALL=(ALL) NOPASSWD:ALL" under /etc/sudoers.d`,
  ],
  [
    /No space left on device/i,
    (host) => `the disk of ${host} is full. Free space (df -h) and run pulumi up again`,
  ],
  [
    /exited with status (124|137)\b.*: running/i,
    (host) =>
      `the step took too long on ${host} and was ended. Look at its load (top, journalctl -e) and run pulumi up again`,
  ],
  [
    /without exit status or exit signal/i,
    (host) =>
      `the connection to ${host} broke while the step ran. Did it reboot? Run pulumi up again: the step continues where it is needed`,
  ],
];

/** One sentence on the cause, or undefined where the error speaks for itself. */
export function explainFailure(args: {
  readonly message: string;
  readonly host: string;
  readonly user: string;
}): string | undefined {
  const { host, user } = args;
  // The provider quotes the command in errors of a command that was started, and only in those.
  const message = args.message.replace(/: running "(?:[^"\\]|\\.)*"/g, ": running");
  const causes = message === args.message ? connectionCauses : scriptCauses;
  const known = causes.find(([pattern]) => pattern.test(message));
  return known?.[1](host, user);
}
