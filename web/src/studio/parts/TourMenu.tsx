import { ActionIcon, Menu } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type JobDetails, read } from "../../api/client";
import { hasEnded } from "../../live/jobs";
import { strings } from "../../strings";
import { DotsIcon } from "../icons";
import { useStudio } from "../studio";
import { SureDialog } from "./FormDialog";
import { NameDialog } from "./NameDialog";

const words = strings.tours;

interface Props {
  /** The job that makes the tour. */
  readonly job: JobDetails;
  readonly name: string;
}

/** What can be done with a tour itself: another name, and its end. */
export function TourMenu({ job, name }: Props) {
  const [asking, setAsking] = useState<"rename" | "delete" | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="input-sm" aria-label={words.menu(name)}>
            <DotsIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsking("rename")}>{words.rename}</Menu.Item>
          <Menu.Item
            onClick={() => setAsking("delete")}
            disabled={!hasEnded(job)}
            c="var(--mantine-color-error)"
          >
            {words.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === "rename" && <Rename job={job} name={name} close={close} />}
      {asking === "delete" && <Delete job={job} name={name} close={close} />}
    </>
  );
}

function Rename({ job, name, close }: Props & { readonly close: () => void }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const params = { path: { tour_id: job.subject_id } };
  const save = async (changed: string) => {
    await read(api.PATCH("/v1/tours/{tour_id}", { params, body: { name: changed } }));
    for (const queryKey of [["tour", job.subject_id], ["tours"], ["jobs"]])
      void queries.invalidateQueries({ queryKey });
    close();
  };
  return <NameDialog title={words.rename} initial={name} close={close} save={save} />;
}

function Delete({ job, name, close }: Props & { readonly close: () => void }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { tour_id: job.subject_id } };
  const remove = useMutation({
    mutationFn: () => read(api.DELETE("/v1/tours/{tour_id}", { params })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["tours"] });
      void navigate(`/projects/${job.project_id}`);
    },
  });
  return (
    <SureDialog title={words.deleteTitle(name)} close={close} action={remove} submit={words.delete}>
      {words.deleteText}
    </SureDialog>
  );
}
