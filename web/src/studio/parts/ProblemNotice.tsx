import { Button, type MantineSpacing, Stack, Text } from "@mantine/core";
import { asProblem } from "../../api/problem";
import { strings } from "../../strings";

interface Props {
  readonly error: unknown;
  readonly again?: (() => void) | undefined;
  readonly againLabel?: string;
  readonly m?: MantineSpacing;
}

/** What happened, and what to do about it. */
export function ProblemNotice({ error, again, againLabel = strings.problems.again, m = 0 }: Props) {
  const problem = asProblem(error);
  return (
    <Stack className="notice" data-mood="bad" role="alert" gap="xs" align="flex-start" m={m}>
      <Text fw={600}>{problem.message}</Text>
      {problem.advice && <Text size="sm">{problem.advice}</Text>}
      {again && (
        <Button size="xs" variant="default" onClick={again}>
          {againLabel}
        </Button>
      )}
    </Stack>
  );
}
