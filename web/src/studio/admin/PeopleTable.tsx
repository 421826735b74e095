import { NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { type Person, read } from "../../api/client";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { PagedTable } from "../parts/PagedTable";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useStudio } from "../studio";

const words = strings.admin;
const PLANS = Object.entries(words.plans).map(([value, label]) => ({ value, label }));

/** Everybody with an account, and their plan. */
export function PeopleTable() {
  const { api } = useStudio();
  const [q, setQ] = useState("");
  return (
    <Stack>
      <TextInput
        label={words.search}
        type="search"
        maw="24rem"
        value={q}
        onChange={(event) => setQ(event.currentTarget.value)}
      />
      <PagedTable<Person>
        name={words.tabs.people ?? ""}
        queryKey={["admin", "people", q]}
        fetch={async (cursor) => {
          const query = { q, ...(cursor ? { cursor } : {}) };
          const page = await read(api.GET("/v1/admin/people", { params: { query } }));
          return { items: page.people, cursor: page.cursor };
        }}
        columns={[words.address, words.plan, words.since, words.id]}
        row={(person) => <Row key={person.user_id} person={person} />}
        none={words.noDeeds}
      />
    </Stack>
  );
}

function Row({ person }: { person: Person }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const params = { path: { person_id: person.user_id } };
  const change = useMutation({
    mutationFn: (plan: "free" | "pro" | "enterprise") =>
      read(api.PATCH("/v1/admin/people/{person_id}", { params, body: { plan } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["admin", "people"] }),
  });
  return (
    <tr>
      <td>{person.email}</td>
      <td>
        <NativeSelect
          aria-label={words.planOf(person.email)}
          data={PLANS}
          miw="8rem"
          value={person.plan ?? "free"}
          onChange={(event) => change.mutate(event.currentTarget.value as "free" | "pro" | "enterprise")}
        />
        {change.error && <ProblemNotice error={change.error} />}
      </td>
      <td>{ago(person.created_at)}</td>
      <td>
        <Link to={`/admin/audit?person=${person.user_id}`}>{person.user_id.slice(0, 8)}</Link>
      </td>
    </tr>
  );
}
