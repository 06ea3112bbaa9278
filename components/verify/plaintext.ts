/** What the API server's attempt to speak plain HTTP with a pod says. */
import { lastLine, type Answer } from "./kubectl";
import type { PlaintextAnswer } from "./observed";

/** The API server puts this in front of an error of its connection to the pod. */
const unreached = "error trying to reach service: ";

/** Any HTTP answer that came from behind the API server, be it 200 or 404, was plaintext. */
export function readPlaintextAnswer(answer: Answer, pod: string): PlaintextAnswer {
  if (answer.error === "") return { kind: "answered", detail: "HTTP 2xx" };
  const text = lastLine(answer.error);
  const start = text.indexOf(unreached);
  if (start >= 0) return classify(text.slice(start + unreached.length));
  const denied = /cannot get resource "pods\/proxy"/.test(text);
  const gone = text.includes(`pods "${pod}" not found`);
  const local = /no answer within|Unable to connect|connection to the server|timed out|Timeout/i;
  if (denied || gone || local.test(text)) return { kind: "unknown", detail: text };
  if (/^Error from server/.test(text)) {
    return { kind: "answered", detail: text.replace(/^Error from server /, "") };
  }
  return { kind: "unknown", detail: text };
}

function classify(text: string): PlaintextAnswer {
  const detail = text.replace(/^(read|write) tcp \S+: /, "").replace(/"? has prevented .*$/, "");
  if (/connection refused/.test(text)) return { kind: "nothing-listens", detail };
  if (/connection reset|\bEOF\b|broken pipe|malformed HTTP/.test(text)) {
    return { kind: "broken", detail };
  }
  return { kind: "unknown", detail };
}
