import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  type Budget,
  type ObjectQuality,
  type ObjectShape,
  read,
  type SessionDetails,
} from "../../api/client";
import { randomName } from "../../randomName";
import { strings } from "../../strings";
import { BudgetInput } from "../parts/Budget";
import { Dialog } from "../parts/Dialog";
import { ProblemNotice } from "../parts/ProblemNotice";
import { costRange, isFree, timeRange } from "../parts/Quote";
import { useStudio } from "../studio";
import { sessionKey } from "./useSession";

const words = strings.cutting.build;
const QUALITIES = ["fast", "balanced", "high"] as const satisfies readonly ObjectQuality[];
const SHAPES = Object.keys(words.shapes) as ObjectShape[];

/** How well the objects are to be made and of which shape, and what that is going to take. */
export function BuildDialog({ session, close }: { session: SessionDetails; close: () => void }) {
  const [quality, setQuality] = useState<ObjectQuality>("balanced");
  const [shape, setShape] = useState<ObjectShape>("auto");
  const [budget, setBudget] = useState<Budget | null>(null);
  const quote = useBuildQuote(session.session_id, quality);
  const build = useBuild(session.session_id, close);
  return (
    <Dialog close={close} title={words.title}>
      <Stack>
        <Select
          label={words.quality}
          data={QUALITIES.map((one) => ({ value: one, label: words.qualities[one] ?? one }))}
          value={quality}
          onChange={(value) => setQuality(QUALITIES.find((one) => one === value) ?? "balanced")}
          allowDeselect={false}
        />
        <Select
          label={words.shape}
          data={SHAPES.map((one) => ({ value: one, label: words.shapes[one] }))}
          value={shape}
          onChange={(value) => setShape(SHAPES.find((one) => one === value) ?? "auto")}
          allowDeselect={false}
        />
        {quote.isPending && <Text c="dimmed">{strings.quotes.asking}</Text>}
        {quote.data && (
          <Text>
            {words.takes(timeRange(quote.data))}
            {!isFree(quote.data.priced) && ` ${strings.quotes.costs(costRange(quote.data))}`}
          </Text>
        )}
        <BudgetInput isFree={quote.data ? isFree(quote.data.priced) : false} change={setBudget} />
        {build.error && <ProblemNotice error={build.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {strings.cancel}
          </Button>
          <Button
            data-autofocus
            loading={build.isPending}
            onClick={() => build.mutate({ params: { quality, shape }, ...(budget ? { budget } : {}) })}
          >
            {words.start}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

/** Where there is no quote, nothing waits for it. */
function useBuildQuote(session_id: string, quality: ObjectQuality) {
  const { api } = useStudio();
  const params = { path: { session_id } };
  return useQuery({
    queryKey: ["object-quote", session_id, quality],
    queryFn: () =>
      read(api.POST("/v1/objects/{session_id}/quotes", { params, body: { params: { quality } } })),
    retry: false,
  });
}

function useBuild(session_id: string, done: () => void) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [key] = useState(randomName);
  return useMutation({
    mutationFn: (body: { params: { quality: ObjectQuality; shape: ObjectShape }; budget?: Budget }) => {
      const params = { path: { session_id }, header: { "Idempotency-Key": key } };
      return read(api.POST("/v1/objects/{session_id}/builds", { params, body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: sessionKey(session_id) });
      done();
    },
  });
}
