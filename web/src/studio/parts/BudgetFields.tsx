import { Group, NumberInput } from "@mantine/core";
import { strings } from "../../strings";

const words = strings.batches;

export interface Limits {
  readonly dollars: number | string;
  readonly minutes: number | string;
}

export const NO_LIMITS: Limits = { dollars: "", minutes: "" };

/** What jobs may cost together, in money, in time of machines, or both; empty: whatever they take. */
export function BudgetFields({ value, change }: { value: Limits; change: (value: Limits) => void }) {
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={words.dollars}
        description={words.dollarsText}
        min={0}
        decimalScale={2}
        prefix="$"
        value={value.dollars}
        onChange={(dollars) => change({ ...value, dollars })}
      />
      <NumberInput
        label={words.machineMinutes}
        description={words.minutesText}
        min={0}
        value={value.minutes}
        onChange={(minutes) => change({ ...value, minutes })}
      />
    </Group>
  );
}
