import { Button, Group, Stack, Text } from "@mantine/core";
import { type ChangeEvent, useEffect, useRef, useState } from "react";
import { asProblem } from "../../api/problem";
import { strings } from "../../strings";
import { isPhotoName } from "../../upload/photos";
import type { TourOptions } from "../../upload/remembered";
import { type Source, sourcesOfDrop, sourcesOfInput } from "../../upload/sources";
import { UploadIcon } from "../icons";
import { ProblemNotice } from "./ProblemNotice";
import { StartDialog } from "./StartDialog";

interface Props {
  readonly title: string;
  readonly text: string;
  readonly take: (sources: readonly Source[], options: TourOptions) => void;
  /** What becomes of a photo that is dropped alone: no tour can be made of it. */
  readonly takePhoto?: (file: File) => void;
}

/** Where a tour begins: takes what is dropped anywhere on the page, or chosen, and says what it is going to take. */
export function DropZone({ title, text, take, takePhoto }: Props) {
  const [problem, setProblem] = useState<unknown>(null);
  const [chosen, setChosen] = useState<readonly Source[] | null>(null);
  const taken = (find: () => Source[] | Promise<Source[]>) => {
    setProblem(null);
    Promise.resolve()
      .then(find)
      .then(setChosen)
      .catch((error) => setProblem(asProblem(error)));
  };
  const isOver = useDropAnywhere((transfer) => {
    const photo = takePhoto && onlyPhotoOf(transfer.files);
    if (photo) {
      takePhoto(photo);
      return;
    }
    const found = sourcesOfDrop(transfer); // at once: the event's data is gone after it
    taken(() => found);
  });
  return (
    <Stack className="drop" align="center" gap="sm">
      <UploadIcon />
      <Text fw={650} size="lg">
        {title}
      </Text>
      <Text c="dimmed">{text}</Text>
      <Group justify="center" gap="sm">
        <FileButton label={strings.tours.choose} accept="video/*,.mp4,.m4v,.mov,.avi,.zip" take={taken} />
        <FileButton label={strings.tours.chooseFolder} isFolder take={taken} />
      </Group>
      <Text size="sm" c="dimmed" maw="34rem">
        {strings.tours.helps}
      </Text>
      {problem !== null && <ProblemNotice error={problem} />}
      {isOver && <div className="drop-veil">{strings.tours.dropNow}</div>}
      {chosen && (
        <StartDialog
          sources={chosen}
          close={() => setChosen(null)}
          start={(options) => {
            setChosen(null);
            take(chosen, options);
          }}
        />
      )}
    </Stack>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly accept?: string;
  readonly isFolder?: boolean;
  readonly take: (find: () => Source[]) => void;
}

export function FileButton({ label, accept = "", isFolder = false, take }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const { files } = event.currentTarget;
    if (files?.length) take(() => sourcesOfInput(files));
  };
  return (
    <>
      <Button variant={isFolder ? "default" : "filled"} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        // Cleared before each choice: the same file may be chosen twice.
        onClick={(event) => {
          event.currentTarget.value = "";
        }}
        onChange={chosen}
        {...(isFolder ? { webkitdirectory: "" } : {})}
      />
    </>
  );
}

function onlyPhotoOf(files: FileList): File | null {
  const [file] = files;
  return file && files.length === 1 && isPhotoName(file.name) ? file : null;
}

/** Whether files are held over the page; calls back when they are let go. */
function useDropAnywhere(dropped: (transfer: DataTransfer) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(dropped);
  useEffect(() => {
    latest.current = dropped;
  });
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const left = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      latest.current(event.dataTransfer);
    };
    const pairs = { dragover: over, dragleave: left, drop };
    for (const [name, act] of Object.entries(pairs)) window.addEventListener(name, act as EventListener);
    return () => {
      for (const [name, act] of Object.entries(pairs)) window.removeEventListener(name, act as EventListener);
    };
  }, []);
  return isOver;
}
