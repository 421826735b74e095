import { Button, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { strings } from "../../strings";
import { Loading } from "./Loading";
import { ProblemNotice } from "./ProblemNotice";
import { Table } from "./Table";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor: string | null | undefined;
}

interface Props<Item> {
  readonly name: string;
  readonly queryKey: readonly unknown[];
  readonly fetch: (cursor: string | undefined) => Promise<Page<Item>>;
  readonly columns: readonly string[];
  readonly row: (item: Item) => ReactNode;
  readonly none: string;
  /** How often it is read again; never where left out. */
  readonly refetchMs?: number;
}

/** A list that goes on until its cursor is null, some at a time. */
export function PagedTable<Item>({ name, queryKey, fetch, columns, row, none, refetchMs }: Props<Item>) {
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetch(pageParam),
    initialPageParam: undefined as string | undefined,
    refetchInterval: refetchMs ?? false,
    getNextPageParam: (page) => page.cursor ?? undefined,
  });
  if (pages.error) return <ProblemNotice error={pages.error} again={() => void pages.refetch()} />;
  if (!pages.data) return <Loading />;
  const items = pages.data.pages.flatMap((page) => page.items);
  return (
    <Stack>
      {items.length === 0 && !pages.hasNextPage && <Text c="dimmed">{none}</Text>}
      {items.length > 0 && (
        <Table name={name} columns={columns}>
          <tbody>{items.map(row)}</tbody>
        </Table>
      )}
      {pages.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void pages.fetchNextPage()}
          loading={pages.isFetchingNextPage}
        >
          {strings.more}
        </Button>
      )}
    </Stack>
  );
}
