import { Button, Stack, Title } from "@mantine/core";
import { type CSSProperties, useState } from "react";
import { strings } from "../../strings";
import { useFiles } from "../files";
import { ProblemNotice } from "../parts/ProblemNotice";

interface Props {
  readonly jobId: string;
  readonly stage: string;
  readonly prefix: string;
  readonly title: string;
  /** What a picture shows, for who can't see it; by its file's name. */
  readonly describe: (name: string) => string;
  readonly isWide?: boolean;
  /** Of all of them, where it is known before they are there. */
  readonly shape?: Shape;
}

interface Shape {
  readonly width_px: number;
  readonly height_px: number;
}

/** Pictures that a stage wrote, some at a time. */
export function Pictures({ jobId, stage, prefix, title, describe, isWide = false, shape }: Props) {
  const [seen, setSeen] = useState(shape); // pictures of one stage are alike: the first one says what all are
  const pages = useFiles(jobId, stage, prefix, isWide ? 6 : 12);
  if (pages.error) return <ProblemNotice error={pages.error} again={() => void pages.refetch()} />;
  const files = pages.data?.pages.flatMap((page) => page.files) ?? [];
  if (files.length === 0 && !pages.isPending) return null;
  return (
    <Stack gap="xs">
      <Title order={3} fz="sm">
        {title}
      </Title>
      <ul
        className="shots"
        {...(isWide ? { "data-wide": "" } : {})}
        {...(seen && seen.height_px > seen.width_px ? { "data-tall": "" } : {})}
        style={seen && ({ "--shape": `${seen.width_px} / ${seen.height_px}` } as CSSProperties)}
      >
        {pages.isPending && <EmptyRow count={isWide ? 2 : 6} />}
        {files.map((file) => (
          <li key={file.path}>
            <img
              src={file.url}
              alt={describe(file.path.slice(prefix.length))}
              loading="lazy"
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                setSeen((known) => known ?? { width_px: naturalWidth, height_px: naturalHeight })
              }
            />
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          onClick={() => void pages.fetchNextPage()}
          loading={pages.isFetchingNextPage}
        >
          {strings.more}
        </Button>
      )}
    </Stack>
  );
}

/** Keeps the place of what is not known yet, so that nothing below it jumps. */
function EmptyRow({ count }: { count: number }) {
  return Array.from({ length: count }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
    <li key={index} aria-hidden="true" />
  ));
}
