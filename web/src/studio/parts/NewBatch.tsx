import { Checkbox, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type Asset, read, type TourQuality } from "../../api/client";
import { bytes } from "../../formats";
import { randomName } from "../../randomName";
import { strings } from "../../strings";
import { useStudio } from "../studio";
import { BudgetFields, NO_LIMITS } from "./BudgetFields";
import { budgetOf } from "./budget";
import { FormDialog } from "./FormDialog";
import { Loading } from "./Loading";
import { ProblemNotice } from "./ProblemNotice";

const words = strings.batches;
const SOURCES: readonly Asset["kind"][] = ["iso_video", "avi", "zip"];
const MOST = 100;
const QUALITIES: readonly TourQuality[] = ["draft", "standard", "high"];

/** Makes tours of several videos that are in the project's library. */
export function NewBatch({ projectId, close }: { projectId: string; close: () => void }) {
  const videos = useVideos(projectId);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [name, setName] = useState("");
  const [quality, setQuality] = useState<TourQuality>("standard");
  const [limits, setLimits] = useState(NO_LIMITS);
  const chosen = (videos.data ?? []).filter(({ asset_id }) => !left.has(asset_id));
  const start = useStart(projectId, {
    name: name.trim(),
    asset_ids: chosen.map(({ asset_id }) => asset_id),
    params: { train_splats: { quality } },
    budget: budgetOf(limits.dollars, limits.minutes),
  });
  const turn = (id: string) =>
    setLeft((now) => new Set(now.has(id) ? [...now].filter((one) => one !== id) : [...now, id]));
  return (
    <FormDialog title={words.new} close={close} action={start} submit={words.start(chosen.length)}>
      {videos.error && <ProblemNotice error={videos.error} again={() => void videos.refetch()} />}
      {videos.isPending && <Loading />}
      {videos.data?.length === 0 && <Text c="dimmed">{words.noVideos}</Text>}
      <TextInput
        label={words.name}
        required
        withAsterisk={false}
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Stack component="fieldset" gap="xs" className="choices">
        <legend>{words.videos}</legend>
        {videos.data?.map((video) => (
          <Checkbox
            key={video.asset_id}
            label={words.video(video.name, bytes(video.size))}
            checked={!left.has(video.asset_id)}
            onChange={() => turn(video.asset_id)}
          />
        ))}
      </Stack>
      <NativeSelect
        label={strings.tours.quality}
        data={QUALITIES.map((value) => ({ value, label: strings.tours.qualities[value] ?? value }))}
        value={quality}
        onChange={(event) => setQuality(event.currentTarget.value as TourQuality)}
      />
      <BudgetFields value={limits} change={setLimits} />
    </FormDialog>
  );
}

function useVideos(project: string) {
  const { api } = useStudio();
  return useQuery({
    queryKey: ["videos", project],
    queryFn: async () => {
      const page = await read(api.GET("/v1/assets", { params: { query: { project, limit: MOST } } }));
      return page.assets.filter(({ kind }) => SOURCES.includes(kind));
    },
  });
}

interface Wanted {
  readonly name: string;
  readonly asset_ids: string[];
  readonly params: { readonly train_splats: { readonly quality: TourQuality } };
  readonly budget: ReturnType<typeof budgetOf>;
}

function useStart(project_id: string, wanted: Wanted) {
  const { api } = useStudio();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => {
      const params = { header: { "Idempotency-Key": randomName() } };
      return read(api.POST("/v1/tours/batches", { params, body: { project_id, ...wanted } }));
    },
    onSuccess: (batch) => navigate(`/batches/${batch.batch_id}`),
  });
}
