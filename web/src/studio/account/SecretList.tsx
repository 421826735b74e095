import { Button, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Secret } from "../parts/Secret";
import { Section } from "../parts/Section";

/** Shows a secret, which nobody can see again. */
export type Show = (secret: string) => void;

interface Props<Thing> {
  readonly words: {
    readonly title: string;
    readonly new: string;
    readonly none: string;
    readonly made: string;
  };
  readonly things: UseQueryResult<readonly Thing[]>;
  readonly row: (thing: Thing, show: Show) => ReactNode;
  /** The dialog in which a new one is made. */
  readonly making: (close: () => void, show: Show) => ReactNode;
}

/** Somebody's own things that come with a secret: shown once, when one is made. */
export function SecretList<Thing>({ words, things, row, making }: Props<Thing>) {
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState("");
  const action = (
    <Button variant="default" onClick={() => setMaking(true)}>
      {words.new}
    </Button>
  );
  return (
    <Section title={words.title} action={action}>
      {things.error && <ProblemNotice error={things.error} again={() => void things.refetch()} />}
      {secret && <Secret text={words.made} secret={secret} />}
      {things.data?.length === 0 && <Text c="dimmed">{words.none}</Text>}
      <ul className="rows">{things.data?.map((thing) => row(thing, setSecret))}</ul>
      {isMaking && making(() => setMaking(false), setSecret)}
    </Section>
  );
}
