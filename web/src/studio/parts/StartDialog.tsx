import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Budget, NewTour } from "../../api/client";
import { strings } from "../../strings";
import type { TourOptions } from "../../upload/remembered";
import type { Source } from "../../upload/sources";
import { useStudio } from "../studio";
import { BudgetInput } from "./Budget";
import { Dialog } from "./Dialog";
import { isFree, QuoteFacts, useQuote } from "./Quote";

const words = strings.quotes;

interface Props {
  readonly sources: readonly Source[];
  readonly start: (options: TourOptions) => void;
  readonly close: () => void;
}

/** What was chosen, how well it is to be made, what that is going to take, and what it may take. */
export function StartDialog({ sources, start, close }: Props) {
  const [quality, setQuality] = useState<string | null>(null);
  const [budget, setBudget] = useState<Budget | null>(null);
  const params = paramsOf(quality);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start({ ...(params ? { params } : {}), ...(budget ? { budget } : {}) });
  };
  const title = sources.length === 1 ? words.title : words.titleOfSeveral(sources.length);
  return (
    <Dialog close={close} title={title}>
      <Stack component="form" onSubmit={submit}>
        <QualitySelect value={quality} choose={setQuality} />
        {sources.map((source) => (
          <Stack key={`${source.name} ${source.files[0]?.path}`} gap="xs">
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {source.name}
            </Text>
            <QuoteFacts source={source} params={params} />
          </Stack>
        ))}
        {sources[0] && <BudgetOfQuote source={sources[0]} params={params} change={setBudget} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {strings.cancel}
          </Button>
          <Button type="submit" data-autofocus>
            {words.start}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

interface BudgetOfQuoteProps {
  readonly source: Source;
  readonly params: NewTour["params"];
  readonly change: (budget: Budget | null) => void;
}

/** In dollars, or in minutes where nothing costs money. */
function BudgetOfQuote({ source, params, change }: BudgetOfQuoteProps) {
  const quote = useQuote(source, params);
  return <BudgetInput isFree={quote.data ? isFree(quote.data.priced) : false} change={change} />;
}

function QualitySelect({ value, choose }: { value: string | null; choose: (value: string | null) => void }) {
  const qualities = useQualities();
  if (qualities.length === 0) return null;
  return (
    <Select
      label={strings.tours.quality}
      data={qualities.map((one) => ({ value: one, label: strings.tours.qualities[one] ?? one }))}
      value={value ?? "standard"}
      onChange={choose}
      allowDeselect={false}
    />
  );
}

function paramsOf(quality: string | null): NonNullable<NewTour["params"]> | undefined {
  if (quality === null) return undefined;
  return { train_splats: { quality } } as NonNullable<NewTour["params"]>;
}

/** The qualities that this studio's API offers, read from its own document; none where it has no such choice. */
function useQualities(): string[] {
  const { api } = useStudio();
  const document = useQuery({
    queryKey: ["qualities"],
    queryFn: async () => {
      const { data } = await api.GET("/v1/openapi.json");
      const schemas = (data as { components?: { schemas?: Record<string, Schema> } }).components?.schemas;
      const quality = schemas?.TrainSplatsParams?.properties?.quality;
      return quality?.enum ?? [];
    },
    staleTime: Infinity,
  });
  return document.data ?? [];
}

interface Schema {
  readonly properties?: Record<string, { readonly enum?: string[] }>;
}
