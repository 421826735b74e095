import { Anchor, Stack, Text, Title } from "@mantine/core";
import { bytes } from "../../formats";
import { downloadsOf, type ObjectFiles, type Subject } from "../../objectView/files";
import { strings } from "../../strings";

const words = strings.objectView;

/** The object's files, for other programs. */
export function DownloadList({ subject, files }: { subject: Subject; files: ObjectFiles }) {
  return (
    <Stack gap={4} component="section" aria-label={words.downloads}>
      <Title order={2} fz="md">
        {words.downloads}
      </Title>
      <ul className="rows">
        {downloadsOf(subject).map((one) => (
          <li key={one.path} className="object-file">
            <Anchor href={files.url(one.path)} download={one.name}>
              {words.kinds[one.kind].name}
            </Anchor>
            <Text size="sm" c="dimmed">
              {words.kinds[one.kind].use} · {bytes(one.bytes)}
            </Text>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
