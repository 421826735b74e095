import {
  Anchor,
  Button,
  CopyButton,
  Group,
  NativeSelect,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Api, type Published, read, type TourDetails } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { elementCode, embedCode } from "../embed";
import { useStudio } from "../studio";
import { SureDialog } from "./FormDialog";
import { ProblemNotice } from "./ProblemNotice";

const words = strings.publish;
type Visibility = Published["visibility"];

interface Props {
  readonly tourId: string;
  /** Whether this person may do more than look. */
  readonly canChange: boolean;
}

/** Who may see a tour, and how they get to it. */
export function PublishPanel({ tourId, canChange }: Props) {
  const { api } = useStudio();
  const tour = useQuery({
    queryKey: ["tour", tourId],
    queryFn: () => read(api.GET("/v1/tours/{tour_id}", { params: { path: { tour_id: tourId } } })),
  });
  if (!tour.data || (!tour.data.published && !canChange)) return null;
  const { published } = tour.data;
  return (
    <Stack component="section" className="card share" gap="md" aria-label={words.title}>
      <Group justify="space-between">
        <Title order={2}>{words.title}</Title>
        {published && (
          <span className="status" data-mood="good">
            {words.published(published.version)}
          </span>
        )}
      </Group>
      {published && <Ways tour={tour.data} published={published} />}
      {published && (
        <Text size="sm" c="dimmed">
          {words.views(tour.data.views.this_month, tour.data.views.in_all)}
        </Text>
      )}
      {canChange && <Changes tour={tour.data} />}
    </Stack>
  );
}

/** The link and the code for other pages, ready to be copied. */
function Ways({ tour, published }: { tour: TourDetails; published: Published }) {
  return (
    <Stack gap="sm">
      <Copied label={words.link} copy={words.copyLink} value={published.url} />
      <Copied label={words.embed} copy={words.copyEmbed} value={embedCode(published.url, tour)} />
      <Copied label={words.element} copy={words.copyElement} value={elementCode(published.url, tour)} />
      <Anchor href={published.url} target="_blank" rel="noreferrer" size="sm" w="fit-content">
        {words.visit}
      </Anchor>
    </Stack>
  );
}

function Copied({ label, copy, value }: { label: string; copy: string; value: string }) {
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput
        label={label}
        readOnly
        value={value}
        onFocus={(event) => event.currentTarget.select()}
        style={{ flexGrow: 1 }}
      />
      <CopyButton value={value}>
        {({ copied, copy: take }) => (
          <Button variant="default" onClick={take} aria-label={copied ? words.copied : copy} miw="6.5rem">
            {copied ? words.copied : words.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

function Changes({ tour }: { tour: TourDetails }) {
  const { published } = tour;
  const [visibility, setVisibility] = useState<Visibility>(published?.visibility ?? "unlisted");
  const [isAsking, setAsking] = useState(false);
  const changes = useChanges(tour.tour_id, () => setAsking(false));
  const choose = (chosen: Visibility) => {
    setVisibility(chosen);
    if (published) changes.publish.mutate(chosen);
  };
  return (
    <Stack gap="sm">
      {!published && <Text>{words.hidden}</Text>}
      {published && hasNewer(tour, published) && (
        <Group className="notice" data-mood="busy" justify="space-between">
          <Text size="sm">{words.newer}</Text>
          <Button
            size="xs"
            onClick={() => changes.publish.mutate(visibility)}
            loading={changes.publish.isPending}
          >
            {words.publishNewer}
          </Button>
        </Group>
      )}
      <div className="share-choices">
        <NativeSelect
          label={words.who}
          value={visibility}
          disabled={changes.publish.isPending}
          onChange={(event) => choose(event.currentTarget.value as Visibility)}
          data={[
            { value: "unlisted", label: words.unlisted },
            { value: "public", label: words.public },
          ]}
        />
        {published && published.versions.length > 1 && (
          <NativeSelect
            label={words.shown}
            value={String(published.version)}
            disabled={changes.rollBack.isPending}
            onChange={(event) => changes.rollBack.mutate(Number(event.currentTarget.value))}
            data={published.versions.toReversed().map(({ version, published_at }) => ({
              value: String(version),
              label: words.version(version, ago(published_at)),
            }))}
          />
        )}
        {published ? (
          <Button variant="default" onClick={() => setAsking(true)}>
            {words.unpublish}
          </Button>
        ) : (
          <Button onClick={() => changes.publish.mutate(visibility)} loading={changes.publish.isPending}>
            {words.publish}
          </Button>
        )}
      </div>
      {changes.error && <ProblemNotice error={changes.error} />}
      {isAsking && (
        <SureDialog
          title={words.unpublishTitle}
          close={() => setAsking(false)}
          action={changes.unpublish}
          submit={words.unpublish}
        >
          {words.unpublishText}
        </SureDialog>
      )}
    </Stack>
  );
}

/** Whether a job has made the tour anew since it was published last. */
function hasNewer(tour: TourDetails, published: Published): boolean {
  const newest = published.versions.at(-1);
  return tour.version != null && newest !== undefined && tour.version.made_at > newest.published_at;
}

function useChanges(tourId: string, hidden: () => void) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const params = { path: { tour_id: tourId } };
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: ["tours"] });
    return queries.invalidateQueries({ queryKey: ["tour", tourId] });
  };
  const publish = useMutation({
    mutationFn: (visibility: Visibility) => publishWhole(api, tourId, visibility),
    onSuccess,
  });
  const rollBack = useMutation({
    mutationFn: (version: number) =>
      read(api.POST("/v1/tours/{tour_id}/rollback", { params, body: { version } })),
    onSuccess,
  });
  const unpublish = useMutation({
    mutationFn: () => read(api.DELETE("/v1/tours/{tour_id}/publish", { params })),
    onSuccess: async () => {
      await onSuccess();
      hidden();
    },
  });
  return { publish, rollBack, unpublish, error: publish.error ?? rollBack.error ?? unpublish.error };
}

/** Many files are copied in several requests: each says that it goes on with the next. */
async function publishWhole(api: Api, tour_id: string, visibility: Visibility): Promise<Published> {
  const params = { path: { tour_id } };
  try {
    return await read(api.POST("/v1/tours/{tour_id}/publish", { params, body: { visibility } }));
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === "still_copying")) throw error;
    return publishWhole(api, tour_id, visibility);
  }
}
