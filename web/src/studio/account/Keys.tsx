import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ApiKey, read } from "../../api/client";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { FormDialog } from "../parts/FormDialog";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useStudio } from "../studio";
import { SecretList, type Show } from "./SecretList";

const words = strings.account.keys;
const QUERY = ["keys"];

/** Keys for scripts. */
export function Keys() {
  const { api } = useStudio();
  const keys = useQuery({
    queryKey: QUERY,
    queryFn: async () => (await read(api.GET("/v1/auth/me/keys"))).keys,
  });
  return (
    <SecretList
      words={words}
      things={keys}
      row={(key) => <Key key={key.key_id} apiKey={key} />}
      making={(close, show) => <NewKey close={close} show={show} />}
    />
  );
}

function Key({ apiKey }: { apiKey: ApiKey }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const params = { path: { key_id: apiKey.key_id } };
  const revoke = useMutation({
    mutationFn: () => read(api.DELETE("/v1/auth/me/keys/{key_id}", { params })),
    onSettled: () => queries.invalidateQueries({ queryKey: QUERY }),
  });
  const scope = apiKey.scopes.includes("write") ? words.scopes.write : words.scopes.read;
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={0} style={{ minWidth: 0 }}>
          <Text truncate>{apiKey.name}</Text>
          <Text size="sm" c="dimmed">
            {apiKey.starts_with}… · {scope} · {words.since(ago(apiKey.created_at))}
          </Text>
        </Stack>
        <Button
          size="xs"
          variant="default"
          style={{ flexShrink: 0 }}
          aria-label={words.revokeNamed(apiKey.name)}
          onClick={() => revoke.mutate()}
          loading={revoke.isPending}
        >
          {words.revoke}
        </Button>
      </Group>
      {revoke.error && <ProblemNotice error={revoke.error} />}
    </li>
  );
}

function NewKey({ close, show }: { close: () => void; show: Show }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<"read" | "write">("read");
  const make = useMutation({
    mutationFn: () => {
      const scopes: ("read" | "write")[] = scope === "write" ? ["read", "write"] : ["read"];
      return read(api.POST("/v1/auth/me/keys", { body: { name: name.trim(), scopes } }));
    },
    onSuccess: async (key) => {
      await queries.invalidateQueries({ queryKey: QUERY });
      show(key.secret);
      close();
    },
  });
  return (
    <FormDialog title={words.new} close={close} action={make} submit={words.new}>
      <TextInput
        label={words.name}
        required
        withAsterisk={false}
        maxLength={100}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={words.scope}
        data={Object.entries(words.scopes).map(([value, label]) => ({ value, label }))}
        value={scope}
        onChange={(event) => setScope(event.currentTarget.value as "read" | "write")}
      />
    </FormDialog>
  );
}
