export { chartsKey, chartsSeconds, ensureCharts } from "./charts";
