export { chartsSeconds, ensureCharts } from "./charts";
