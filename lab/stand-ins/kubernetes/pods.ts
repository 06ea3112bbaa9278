import { scalarText, type PropertyMap } from "../values";
import { listAt, pluck, textAt, type KubeObject } from "./object";

/** What keeps pods of a workload from running, one line each: images, crashes, scheduling. */
export function podProblems(pods: readonly PropertyMap[]): readonly string[] {
  return pods.flatMap((pod) => {
    const name = `pod ${textAt(pod, "metadata", "name")}`;
    const unscheduled = listAt(pod, "status", "conditions")
      .filter(({ type, status }) => type === "PodScheduled" && status === "False")
      .map((condition) => `${name}: ${textAt(condition, "message")}`);
    const containers = ["initContainerStatuses", "containerStatuses"]
      .flatMap((list) => listAt(pod, "status", list))
      .flatMap((status) => containerProblem(status).map((problem) => `${name}, ${problem}`));
    return [...unscheduled, ...containers];
  });
}

function containerProblem(status: PropertyMap): readonly string[] {
  const container = `container ${textAt(status, "name")}`;
  const waiting = textAt(status, "state", "waiting", "reason");
  const harmless = ["", "ContainerCreating", "PodInitializing"];
  const exit = pluck(status, "lastState", "terminated", "exitCode");
  const last = exit === undefined ? [] : [`last exit code ${scalarText(exit)}`];
  const reason = textAt(status, "lastState", "terminated", "reason");
  const why = [...last, ...(reason === "" ? [] : [reason])].join(", ");
  if (!harmless.includes(waiting)) {
    const message = textAt(status, "state", "waiting", "message");
    return [`${container}: ${[waiting, message, why].filter((part) => part !== "").join(": ")}`];
  }
  const running = pluck(status, "state", "running") !== undefined;
  if (running && status["ready"] === false) {
    return [`${container}: runs, but its readiness probe does not succeed`];
  }
  return [];
}

/** The newest warnings about a workload and what it made, one line each. */
export function warningsAbout(workload: KubeObject, events: readonly PropertyMap[]): string[] {
  const { name } = workload.metadata;
  const about = events.filter((event) => {
    const object = textAt(event, "involvedObject", "name");
    const isOwn = object === name || object.startsWith(`${name}-`);
    return event["type"] === "Warning" && isOwn;
  });
  const texts = about.map(
    (event) =>
      `${textAt(event, "involvedObject", "kind")} ${textAt(event, "involvedObject", "name")}: ` +
      `${textAt(event, "reason")}: ${textAt(event, "message")}`,
  );
  return [...new Set(texts)].slice(-5);
}
