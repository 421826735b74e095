import { Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useSearchParams } from "react-router";
import { type Deed, read } from "../../api/client";
import { moment } from "../../formats";
import { strings } from "../../strings";
import { PagedTable } from "../parts/PagedTable";
import { useStudio } from "../studio";

const words = strings.admin;
const MOODS = { done: "good", refused: "bad", failed: "bad" } as const;
const OUTCOMES = [
  { value: "", label: words.any },
  ...Object.entries(words.outcomes).map(([value, label]) => ({ value, label })),
];

/** Who did what, and what was refused; what is asked for stands in the address. */
export function AuditTable() {
  const { api } = useStudio();
  const [params, setParams] = useSearchParams();
  const asked = Object.fromEntries(
    ["person", "act", "outcome"].map((name) => [name, params.get(name) ?? ""]),
  ) as Record<"person" | "act" | "outcome", string>;
  const ask = (name: string, value: string) => {
    const changed = new URLSearchParams(params);
    if (value) changed.set(name, value);
    else changed.delete(name);
    setParams(changed, { replace: true });
  };
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput
          label={words.who}
          value={asked.person}
          onChange={(event) => ask("person", event.currentTarget.value)}
        />
        <TextInput
          label={words.act}
          value={asked.act}
          onChange={(event) => ask("act", event.currentTarget.value)}
        />
        <NativeSelect
          label={words.outcome}
          data={OUTCOMES}
          value={asked.outcome}
          onChange={(event) => ask("outcome", event.currentTarget.value)}
        />
      </Group>
      <PagedTable<Deed>
        name={words.tabs.audit ?? ""}
        queryKey={["admin", "audit", asked]}
        fetch={async (cursor) => {
          const filled = Object.entries(asked).filter(([, value]) => value);
          const query = { ...Object.fromEntries(filled), ...(cursor ? { cursor } : {}) };
          const page = await read(api.GET("/v1/admin/audit", { params: { query } }));
          return { items: page.deeds, cursor: page.cursor };
        }}
        columns={[words.when, words.who, words.act, words.outcome, words.about]}
        row={(deed) => <Row key={`${deed.at}-${deed.correlation_id}-${deed.act}`} deed={deed} />}
        none={words.noDeeds}
      />
    </Stack>
  );
}

function Row({ deed }: { deed: Deed }) {
  return (
    <tr>
      <td style={{ whiteSpace: "nowrap" }}>{moment(deed.at)}</td>
      <td>
        <code>{deed.user_id.slice(0, 8) || deed.address_digest || "–"}</code>
      </td>
      <td>{deed.act}</td>
      <td>
        <span className="status" data-mood={MOODS[deed.outcome]}>
          {words.outcomes[deed.outcome]}
        </span>
        {deed.code && <div>{deed.code}</div>}
      </td>
      <td style={{ overflowWrap: "anywhere" }}>
        <small>{deed.about}</small>
      </td>
    </tr>
  );
}
