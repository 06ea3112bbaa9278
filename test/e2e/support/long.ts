/** A case that npm run test:e2e runs; npm test leaves it out for its time, and counts it as skipped. */
export const long = process.env["NORDMESH_E2E"] === "full" ? it : it.skip;
