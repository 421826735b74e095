import type { Budget, Sum } from "../../api/client";
import { duration, usd } from "../../formats";
import { strings } from "../../strings";

const words = strings.batches;

/** What several jobs took: dollars where machines cost any, and their time. */
export function costInWords({ usd: dollars, seconds }: Pick<Sum, "usd" | "seconds">): string {
  const time = duration(seconds);
  return Number(dollars) > 0 ? `${usd(dollars)}, ${time}` : time;
}

/** A budget in what it is given in; nothing where there is none. */
export function budgetInWords(budget: Budget | null): string {
  if (!budget) return "";
  const { usd: dollars, minutes } = budget;
  const parts = [dollars ? usd(dollars) : "", minutes ? words.minutes(minutes) : ""];
  return parts.filter(Boolean).join(", ");
}

/** What somebody has typed, as a budget; null for neither. */
export function budgetOf(dollars: number | string, minutes: number | string): Budget | null {
  const limits = {
    ...(Number(dollars) > 0 ? { usd: String(dollars) } : {}),
    ...(Number(minutes) > 0 ? { minutes: Number(minutes) } : {}),
  };
  return Object.keys(limits).length > 0 ? limits : null;
}
