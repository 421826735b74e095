import { ActionIcon, Group, Menu, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Delivery, read, type Webhook } from "../../api/client";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { DotsIcon } from "../icons";
import { Dialog } from "../parts/Dialog";
import { FormDialog } from "../parts/FormDialog";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useStudio } from "../studio";
import { SecretList, type Show } from "./SecretList";

const words = strings.account.hooks;
const QUERY = ["webhooks"];

/** Servers that are told when a job ends. */
export function Hooks() {
  const { api } = useStudio();
  const hooks = useQuery({
    queryKey: QUERY,
    queryFn: async () => (await read(api.GET("/v1/webhooks"))).webhooks,
  });
  return (
    <SecretList
      words={words}
      things={hooks}
      row={(hook, show) => <Hook key={hook.webhook_id} hook={hook} show={show} />}
      making={(close, show) => <NewHook close={close} show={show} />}
    />
  );
}

function Hook({ hook, show }: { hook: Webhook; show: Show }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [isLooking, setLooking] = useState(false);
  const params = { path: { webhook_id: hook.webhook_id } };
  const rotate = useMutation({
    mutationFn: () => read(api.POST("/v1/webhooks/{webhook_id}/rotate", { params })),
    onSuccess: (changed) => show(changed.secret),
  });
  const test = useMutation({
    mutationFn: () => read(api.POST("/v1/webhooks/{webhook_id}/test", { params })),
    onSuccess: () => setLooking(true),
  });
  const remove = useMutation({
    mutationFn: () => read(api.DELETE("/v1/webhooks/{webhook_id}", { params })),
    onSettled: () => queries.invalidateQueries({ queryKey: QUERY }),
  });
  const error = rotate.error ?? test.error ?? remove.error;
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <Text style={{ overflowWrap: "anywhere", minWidth: 0 }}>{hook.url}</Text>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size="lg" aria-label={words.menu(hook.url)}>
              <DotsIcon />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setLooking(true)}>{words.deliveries}</Menu.Item>
            <Menu.Item onClick={() => test.mutate()}>{words.test}</Menu.Item>
            <Menu.Item onClick={() => rotate.mutate()}>{words.rotate}</Menu.Item>
            <Menu.Item onClick={() => remove.mutate()} c="var(--mantine-color-error)">
              {words.remove}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {error && <ProblemNotice error={error} />}
      {isLooking && <Deliveries hook={hook} close={() => setLooking(false)} />}
    </li>
  );
}

function Deliveries({ hook, close }: { hook: Webhook; close: () => void }) {
  const { api } = useStudio();
  const params = { path: { webhook_id: hook.webhook_id }, query: { limit: 50 } };
  const deliveries = useQuery({
    queryKey: ["deliveries", hook.webhook_id],
    queryFn: () => read(api.GET("/v1/webhooks/{webhook_id}/deliveries", { params })),
    refetchInterval: 5000,
  });
  return (
    <Dialog close={close} title={words.deliveries} size="lg">
      {deliveries.isPending && <Loading />}
      {deliveries.error && <ProblemNotice error={deliveries.error} />}
      {deliveries.data?.deliveries.length === 0 && <Text c="dimmed">{words.noDeliveries}</Text>}
      <ul className="rows">
        {deliveries.data?.deliveries.map((delivery) => (
          <Delivered key={delivery.delivery_id} delivery={delivery} />
        ))}
      </ul>
    </Dialog>
  );
}

const MOODS = { waiting: "busy", delivered: "good", given_up: "bad" } as const;

function Delivered({ delivery }: { delivery: Delivery }) {
  return (
    <li>
      <Group justify="space-between">
        <Text>{delivery.event}</Text>
        <span className="status" data-mood={MOODS[delivery.state ?? "waiting"]}>
          {words.states[delivery.state ?? "waiting"]}
        </span>
      </Group>
      <Text size="sm" c="dimmed">
        {ago(delivery.created_at)} · {words.tries(delivery.tries ?? 0)}
        {delivery.problem && ` · ${delivery.problem}`}
      </Text>
    </li>
  );
}

function NewHook({ close, show }: { close: () => void; show: Show }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [url, setUrl] = useState("");
  const make = useMutation({
    mutationFn: () => read(api.POST("/v1/webhooks", { body: { url: url.trim() } })),
    onSuccess: async (hook) => {
      await queries.invalidateQueries({ queryKey: QUERY });
      show(hook.secret);
      close();
    },
  });
  return (
    <FormDialog title={words.new} close={close} action={make} submit={words.new}>
      <TextInput
        label={words.url}
        type="url"
        placeholder={words.urlHint}
        required
        withAsterisk={false}
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
