/** Fails inside an `apply`: the resource that needs the value would wait for ever. */
import { RandomString } from "@pulumi/random";

const first = new RandomString("first", { length: 8 });
const length = first.result.apply((): number => {
  throw new Error("the third letter is not a vowel");
});
new RandomString("second", { length });
