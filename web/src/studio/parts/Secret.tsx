import { Button, CopyButton, Stack, Text } from "@mantine/core";
import { strings } from "../../strings";

/** Something that is shown once, to be copied. */
export function Secret({ text, secret }: { text: string; secret: string }) {
  return (
    <Stack gap="xs" className="notice" data-mood="busy" role="status" align="flex-start">
      <Text size="sm">{text}</Text>
      <code className="secret">{secret}</code>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {copied ? strings.account.copied : strings.account.copy}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
