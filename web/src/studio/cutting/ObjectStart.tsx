import { Button, Group, Stack, Text } from "@mantine/core";
import { type ChangeEvent, useRef } from "react";
import { strings } from "../../strings";
import { BoxIcon } from "../icons";
import { ProblemNotice } from "../parts/ProblemNotice";

const words = strings.cutting;

interface Props {
  readonly take: (file: File) => void;
  /** Why the last one was not taken. */
  readonly error: unknown;
}

/** Where a 3D object begins: with a photo that is chosen here, or dropped anywhere on the page. */
export function ObjectStart({ take, error }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    if (file) take(file);
  };
  return (
    <Stack className="card" p="lg" gap="sm">
      <Group gap="md" justify="space-between">
        <Group gap="md" wrap="nowrap">
          <BoxIcon size={32} />
          <Stack gap={0}>
            <Text fw={650}>{words.start}</Text>
            <Text size="sm" c="dimmed">
              {words.startText}
            </Text>
          </Stack>
        </Group>
        <Button variant="default" onClick={() => input.current?.click()}>
          {words.choose}
        </Button>
      </Group>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/jpeg,image/png,image/webp"
        // Cleared before each choice: the same file may be chosen twice.
        onClick={(event) => {
          event.currentTarget.value = "";
        }}
        onChange={chosen}
      />
      {error !== null && <ProblemNotice error={error} />}
    </Stack>
  );
}
