import { Group, Modal, type ModalRootProps } from "@mantine/core";
import type { ReactNode } from "react";
import { strings } from "../../strings";

interface Props {
  readonly title: string;
  readonly close: () => void;
  readonly size?: NonNullable<ModalRootProps["size"]>;
  readonly children: ReactNode;
}

/** A dialog. Put together by hand, since Mantine's own is a second page header to assistive technology. */
export function Dialog({ title, close, size = "md", children }: Props) {
  return (
    <Modal.Root opened onClose={close} size={size} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body p="lg">
          <Group justify="space-between" wrap="nowrap" mb="md">
            <Modal.Title fw={650}>{title}</Modal.Title>
            <Modal.CloseButton aria-label={strings.close} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
