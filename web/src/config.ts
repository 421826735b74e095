/** What this deployment tells its pages: /config.json, written by whoever serves them. */
export interface Config {
  /** Where mails lie when they are not sent: a folder on this machine. */
  readonly outbox?: string;
}

export async function readConfig(): Promise<Config> {
  try {
    const answer = await fetch("/config.json", { cache: "no-cache" });
    return answer.ok ? ((await answer.json()) as Config) : {};
  } catch {
    return {};
  }
}
