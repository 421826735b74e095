import { useQuery } from "@tanstack/react-query";
import { type Api, type JobFile, read } from "../../api/client";
import { BoxIcon } from "../icons";
import { useStudio } from "../studio";

// The best picture that there is of a tour: its poster, or as long as there is none, its first frame.
const PLACES = [
  { stage: "package_tour", prefix: "poster" },
  { stage: "sample_frames", prefix: "images/" },
] as const;

const WAIT_MS = 5000;
const MOST_LOOKS = 60;

/** The picture of the first of some tours that has one; decoration, since their name stands beside it. */
export function TourPicture({ jobIds }: { jobIds: readonly string[] }) {
  const { api } = useStudio();
  const { data } = useQuery({
    queryKey: ["picture", ...jobIds],
    queryFn: () => findPicture(api, jobIds),
    enabled: jobIds.length > 0,
    staleTime: 10 * 60_000,
    retry: false,
    refetchInterval: ({ state }) =>
      state.data === null && state.dataUpdateCount < MOST_LOOKS ? WAIT_MS : false,
  });
  if (data) return <img className="picture" src={data.url} alt="" loading="lazy" />;
  return (
    <span className="picture picture-none">
      <BoxIcon />
    </span>
  );
}

async function findPicture(api: Api, jobIds: readonly string[]): Promise<JobFile | null> {
  for (const job_id of jobIds) {
    for (const { stage, prefix } of PLACES) {
      const params = { path: { job_id, stage }, query: { prefix, limit: 1 } };
      const page = await read(api.GET("/v1/jobs/{job_id}/stages/{stage}/files", { params })).catch(
        () => null,
      );
      const [file] = page?.files ?? [];
      if (file) return file;
    }
  }
  return null;
}
