import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { read } from "../../api/client";
import { strings } from "../../strings";
import { Dialog } from "../parts/Dialog";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Section } from "../parts/Section";
import { useStudio } from "../studio";

const words = strings.account.end;

export function EndAccount({ email }: { email: string }) {
  const { api, session } = useStudio();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const end = useMutation({
    mutationFn: () => read(api.DELETE("/v1/auth/me")),
    onSuccess: () => session.end(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === email) end.mutate();
  };
  return (
    <Section title={words.title}>
      <Text>{words.text}</Text>
      <Button color="red.9" onClick={() => setAsking(true)} style={{ alignSelf: "flex-start" }}>
        {words.button}
      </Button>
      {asking && (
        <Dialog close={() => setAsking(false)} title={words.title}>
          <Stack component="form" onSubmit={submit}>
            <Text>{words.text}</Text>
            <TextInput
              label={words.sure(email)}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            {end.error && <ProblemNotice error={end.error} />}
            <Button color="red.9" type="submit" disabled={typed.trim() !== email} loading={end.isPending}>
              {words.button}
            </Button>
          </Stack>
        </Dialog>
      )}
    </Section>
  );
}
