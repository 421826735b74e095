import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { strings } from "../../strings";
import { FormDialog } from "./FormDialog";

const words = strings.projects;

interface Props {
  readonly title: string;
  readonly submit?: string;
  readonly close: () => void;
  readonly initial?: string;
  /** What is done with the name, which has no spaces around it. */
  readonly save: (name: string) => Promise<unknown>;
}

/** Asks for the name of something. */
export function NameDialog({ title, submit = words.save, close, initial = "", save }: Props) {
  const [name, setName] = useState(initial);
  const action = useMutation({ mutationFn: async () => name.trim() && save(name.trim()) });
  return (
    <FormDialog title={title} close={close} action={action} submit={submit}>
      <TextInput
        label={words.name}
        required
        withAsterisk={false}
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
