import { Environment } from "./components/environment/environment";
import { planGuarded } from "./components/environment/guard-rails";
import { loadStack } from "./stacks/load";

const { environment, config, secrets } = loadStack();
const { endpoint, kubeconfig, hosts, sshPrivateKey } = new Environment(environment, {
  plan: planGuarded({ environment, config }),
  secrets,
});

// The engine warns of an output that has no value, so there is none without a generated key.
export = { endpoint, kubeconfig, hosts, ...(sshPrivateKey !== undefined && { sshPrivateKey }) };
