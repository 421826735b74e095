import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/problem";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { usePageTitle } from "../parts/usePageTitle";
import { useStudio } from "../studio";

const words = strings.letters;

interface Letter {
  readonly name: string;
  readonly to: string;
  readonly subject: string;
  readonly sent: string;
  readonly text: string;
  readonly html: string;
}

/** What a studio on one machine would have mailed. */
export function LettersPage() {
  usePageTitle(words.title);
  const { session } = useStudio();
  const [chosen, setChosen] = useState<string | null>(null);
  const letters = useQuery({
    queryKey: ["letters"],
    queryFn: async () => {
      const headers = { Authorization: `Bearer ${await session.accessToken()}` };
      const answer = await fetch("/local/letters", { headers });
      const body = await answer.json().catch(() => null);
      if (!answer.ok) throw problemOf(answer.status, body);
      return (body as { letters: Letter[] }).letters;
    },
    refetchInterval: 5000,
  });
  if (letters.error) return <ProblemNotice error={letters.error} again={() => void letters.refetch()} />;
  if (!letters.data) return <Loading />;
  const shown = letters.data.find((letter) => letter.name === chosen) ?? letters.data[0];
  return (
    <Stack>
      <Title order={1}>{words.title}</Title>
      <Text c="dimmed">{letters.data.length === 0 ? words.none : words.text}</Text>
      <div className="beside">
        <ul className="rows">
          {letters.data.map((letter) => (
            <li key={letter.name}>
              <button
                type="button"
                className="pick"
                aria-current={letter === shown}
                onClick={() => setChosen(letter.name)}
              >
                <Text fw={600}>{letter.subject}</Text>
                <Text size="sm" c="dimmed">
                  {words.to(letter.to)} · {new Date(letter.sent).toLocaleString("en")}
                </Text>
              </button>
            </li>
          ))}
        </ul>
        {shown && <Shown letter={shown} />}
      </div>
    </Stack>
  );
}

/** Nothing in a letter runs, and nothing of it reaches this page. */
function Shown({ letter }: { letter: Letter }) {
  if (!letter.html) return <pre className="log">{letter.text}</pre>;
  return <iframe className="letter" title={words.shown(letter.subject)} sandbox="" srcDoc={letter.html} />;
}
