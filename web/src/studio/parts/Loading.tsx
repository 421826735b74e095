import { Center, Loader } from "@mantine/core";
import { strings } from "../../strings";

export function Loading() {
  return (
    <Center mih="12rem" role="status">
      <Loader role="img" aria-label={strings.loading} color="var(--busy)" />
    </Center>
  );
}
