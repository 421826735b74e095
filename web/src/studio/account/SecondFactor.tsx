import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { read } from "../../api/client";
import { strings } from "../../strings";
import { Dialog } from "../parts/Dialog";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Secret } from "../parts/Secret";
import { Section } from "../parts/Section";
import { useStudio } from "../studio";

const words = strings.account.second;

/** Sets an authenticator up, or takes it off. */
export function SecondFactor() {
  const { api } = useStudio();
  const [asking, setAsking] = useState(false);
  const second = useQuery({
    queryKey: ["second-factor"],
    queryFn: () => read(api.GET("/v1/auth/me/second-factor")),
  });
  if (second.error) return <ProblemNotice error={second.error} again={() => void second.refetch()} />;
  if (!second.data) return null;
  const isOn = second.data.is_on;
  const label = isOn ? words.drop : words.setUp;
  const action = (
    <Button variant="default" onClick={() => setAsking(true)}>
      {label}
    </Button>
  );
  return (
    <Section title={words.title} action={action}>
      <Text>{isOn ? words.on : words.off}</Text>
      {asking && (
        <Dialog close={() => setAsking(false)} title={label}>
          {isOn ? <Drop close={() => setAsking(false)} /> : <SetUp close={() => setAsking(false)} />}
        </Dialog>
      )}
    </Section>
  );
}

function useDone(close: () => void) {
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: ["second-factor"] });
    close();
  };
}

function SetUp({ close }: { close: () => void }) {
  const { api } = useStudio();
  const onSuccess = useDone(close);
  const [code, setCode] = useState("");
  const made = useQuery({
    queryKey: ["new-authenticator"],
    queryFn: () => read(api.POST("/v1/auth/me/second-factor")),
    staleTime: Infinity,
    gcTime: 0,
  });
  const confirm = useMutation({
    mutationFn: () => read(api.POST("/v1/auth/me/second-factor/confirm", { body: { code } })),
    onSuccess,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  if (made.error) return <ProblemNotice error={made.error} />;
  if (!made.data) return <Loading />;
  return (
    <Stack component="form" onSubmit={submit}>
      <Secret text={words.scan} secret={made.data.secret.replace(/(.{4})/g, "$1 ").trim()} />
      <Anchor href={made.data.uri} size="sm">
        {words.open}
      </Anchor>
      <CodeField value={code} set={setCode} />
      {confirm.error && <ProblemNotice error={confirm.error} />}
      <Button type="submit" loading={confirm.isPending}>
        {words.confirm}
      </Button>
    </Stack>
  );
}

function Drop({ close }: { close: () => void }) {
  const { api } = useStudio();
  const onSuccess = useDone(close);
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const drop = useMutation({
    mutationFn: () => read(api.POST("/v1/auth/me/second-factor/drop", { body: { code, password } })),
    onSuccess,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    drop.mutate();
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <Text>{words.dropText}</Text>
      <PasswordInput
        label={strings.auth.password}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <CodeField value={code} set={setCode} />
      {drop.error && <ProblemNotice error={drop.error} />}
      <Button type="submit" loading={drop.isPending}>
        {words.drop}
      </Button>
    </Stack>
  );
}

function CodeField({ value, set }: { value: string; set: (value: string) => void }) {
  return (
    <TextInput
      label={strings.auth.code}
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      withAsterisk={false}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
