import { Button, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { strings } from "../../strings";
import { usePageTitle } from "../parts/usePageTitle";

export function NotFoundPage() {
  usePageTitle(strings.notFound.title);
  return (
    <Stack align="flex-start" py="xl">
      <Title order={1}>{strings.notFound.title}</Title>
      <Text>{strings.notFound.text}</Text>
      <Button component={Link} to="/">
        {strings.notFound.home}
      </Button>
    </Stack>
  );
}
