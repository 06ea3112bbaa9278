import { composeCluster } from "./stacks/cluster";
import { declarationOf } from "./stacks";
import { loadStack } from "./stacks/load";
import { planStack } from "./stacks/plan";
import { refuseBroken } from "./stacks/rules";

const { environment, config, secrets } = loadStack();
const declaration = declarationOf(environment);
const plan = planStack({ environment, config });
refuseBroken(plan, declaration.rules);

export const { endpoint, kubeconfig, sshPrivateKey, hosts } = composeCluster({
  plan,
  secrets,
  protect: declaration.protect,
});
