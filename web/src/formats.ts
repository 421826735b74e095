import { strings } from "./strings";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as people read them, in powers of 1000. */
export function bytes(count: number): string {
  const power = count < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[power]}`;
}

/** Seconds as people read them: "8 s", "3 min 20 s", "1 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** Seconds as one says them of something that nobody knows exactly: "20 seconds", "3 minutes", "1.5 hours". */
export function roughly(seconds: number): string {
  const [count, unit] = rounded(seconds);
  return strings.roughly[unit](count);
}

/** A range of such: "20 to 40 seconds", "50 seconds to 2 minutes", "about 3 minutes" where both are the same. */
export function roughlyBetween(low: number, high: number): string {
  const [[least, unit], [most, unitOfMost]] = [rounded(low), rounded(high)];
  if (unit !== unitOfMost) return strings.quotes.range(roughly(low), roughly(high));
  return least === most
    ? strings.quotes.about(roughly(low))
    : strings.quotes.range(least.toLocaleString("en"), roughly(high));
}

function rounded(seconds: number): [number, keyof typeof strings.roughly] {
  if (seconds < 57.5) return [Math.max(5, 5 * Math.round(seconds / 5)), "seconds"];
  if (seconds < 90 * 60) return [Math.max(1, Math.round(seconds / 60)), "minutes"];
  return [Math.round(seconds / 1800) / 2, "hours"];
}

/** A time in a video: "1:05.2". */
export function timecode(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(1).padStart(4, "0")}`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** Unix seconds as "3 hours ago"; older than a month as a date. */
export function ago(time: number, now: number = Date.now() / 1000): string {
  const passed = now - time;
  if (passed > 30 * 86_400) return new Date(time * 1000).toLocaleDateString("en", { dateStyle: "medium" });
  const step = STEPS.find(([, size]) => passed >= size);
  return step ? relative.format(-Math.floor(passed / step[1]), step[0]) : strings.justNow;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

/** Unix seconds as a day: "1 December". */
export function day(time: number): string {
  return new Date(time * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
}

/** Unix seconds as a moment: "21 Nov, 16:05:12". */
export function moment(time: number): string {
  return new Date(time * 1000).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** Dollars, which come as exact text, as people read them: "$3.20"; what is under a cent to two digits: "$0.0023". */
export function usd(amount: string): string {
  const value = Number(amount);
  if (value === 0 || value >= 0.01) {
    return value.toLocaleString("en", { style: "currency", currency: "USD" });
  }
  return `$${value.toLocaleString("en", { maximumSignificantDigits: 2, maximumFractionDigits: 6 })}`;
}

/** A day as the API names it, "2025-06-01", as people do: "1 June 2025". */
export function longDay(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}
