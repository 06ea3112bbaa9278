/** What production refuses, whatever its YAML says. */
import {
  bundlePinned,
  controlPlanes,
  endpointOutlivesHosts,
  everyHostKeyPinned,
  noLocalHosts,
  podsConfined,
  risksAccepted,
  type StackDeclaration,
} from "./rules";

export const prod: StackDeclaration = {
  protect: true,
  rules: [
    controlPlanes({ atLeast: 3 }),
    endpointOutlivesHosts,
    everyHostKeyPinned,
    bundlePinned,
    noLocalHosts,
    podsConfined,
    risksAccepted,
  ],
};
