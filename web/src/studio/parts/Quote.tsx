import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type NewTour, type Priced, type QuoteView, read } from "../../api/client";
import { longDay, roughlyBetween, usd } from "../../formats";
import { strings } from "../../strings";
import { materialOf } from "../../upload/material";
import type { Source } from "../../upload/sources";
import { useStudio } from "../studio";

const words = strings.quotes;

/** Whether amounts are told in time alone: on one's own machine nothing costs money. */
export function isFree(priced: Priced): boolean {
  return priced.region === "local";
}

export function timeRange(quote: Pick<QuoteView, "low_s" | "high_s">): string {
  return roughlyBetween(quote.low_s, quote.high_s);
}

export function costRange(quote: Pick<QuoteView, "low_usd" | "high_usd">): string {
  const [low, high] = [usd(quote.low_usd), usd(quote.high_usd)];
  return low === high ? words.about(low) : words.range(low, high);
}

/** Where prices are from, and of when. */
export function pricesOf(priced: Priced): string {
  return strings.costs.prices(priced.region, longDay(priced.as_of));
}

/** What a tour of something that is still on the person's disk is going to take; null where that can't be told. */
export function useQuote(source: Source, params: NewTour["params"]) {
  const { api } = useStudio();
  return useQuery({
    queryKey: ["quote", source.name, source.files[0]?.file.size, source.files.length, params],
    queryFn: async () => {
      const material = await materialOf(source);
      if (material === null) return null;
      return read(api.POST("/v1/quotes", { body: { material, ...(params ? { params } : {}) } }));
    },
    staleTime: Infinity,
    retry: false,
  });
}

/** The quote of one source. Where there is none, it says so: nothing waits for it. */
export function QuoteFacts({ source, params }: { source: Source; params: NewTour["params"] }) {
  const quote = useQuote(source, params);
  if (quote.isPending) return <Text c="dimmed">{words.asking}</Text>;
  if (!quote.data) return <Text c="dimmed">{words.later}</Text>;
  return (
    <>
      <Text>
        {words.takes(timeRange(quote.data))}
        {!isFree(quote.data.priced) && ` ${words.costs(costRange(quote.data))}`}
      </Text>
      <Text size="sm" c="dimmed">
        {notesOf(quote.data).join(" ")}
      </Text>
    </>
  );
}

function notesOf(quote: QuoteView): string[] {
  const guess = quote.measured === 0 ? [words.guess] : [];
  return isFree(quote.priced) ? guess : [...guess, pricesOf(quote.priced)];
}
