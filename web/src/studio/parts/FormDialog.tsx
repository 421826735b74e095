import { Button, Group, Stack, Text } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { strings } from "../../strings";
import { Dialog } from "./Dialog";
import { ProblemNotice } from "./ProblemNotice";

interface Props {
  readonly title: string;
  readonly close: () => void;
  /** What happens on submit, and what may go wrong with it. */
  readonly action: UseMutationResult<unknown, Error, void>;
  readonly submit: string;
  readonly children: ReactNode;
}

/** A few fields and one button; what goes wrong is told between them. */
export function FormDialog({ title, close, action, submit, children }: Props) {
  const take = (event: FormEvent) => {
    event.preventDefault();
    action.mutate();
  };
  return (
    <Dialog close={close} title={title}>
      <Stack component="form" onSubmit={take}>
        {children}
        {action.error && <ProblemNotice error={action.error} />}
        <Button type="submit" loading={action.isPending}>
          {submit}
        </Button>
      </Stack>
    </Dialog>
  );
}

/** Asks once more before something that hurts. */
export function SureDialog({
  title,
  close,
  action,
  submit,
  keep = strings.cancel,
  children,
}: Props & { readonly keep?: string }) {
  return (
    <Dialog close={close} title={title}>
      <Stack>
        <Text>{children}</Text>
        {action.error && <ProblemNotice error={action.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {keep}
          </Button>
          <Button color="red.9" onClick={() => action.mutate()} loading={action.isPending}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
