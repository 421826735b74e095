import { ActionIcon, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { colourOf } from "../../cutting/colours";
import { type Cutout, MOST_CUTOUTS } from "../../cutting/drawing";
import type { Editor, EditorState } from "../../cutting/editor";
import { strings } from "../../strings";
import { CrossIcon, EyeIcon, PlusIcon } from "../icons";

const words = strings.cutting;
const MOST_LETTERS = 100;

interface Props {
  readonly editor: Editor;
  readonly state: EditorState;
}

/** The objects of the photo: which one is worked on, what they are called, how much they cover. */
export function CutoutList({ editor, state }: Props) {
  const { cutouts } = state.drawing;
  return (
    <Stack gap="xs" component="section" aria-label={words.objects}>
      <Title order={2} fz="1rem">
        {words.objects}
      </Title>
      <ul className="cutouts">
        {cutouts.map((cutout) => (
          <CutoutRow key={cutout.id} cutout={cutout} editor={editor} state={state} />
        ))}
      </ul>
      {cutouts.length < MOST_CUTOUTS && (
        <Button variant="default" size="xs" leftSection={<PlusIcon />} onClick={() => editor.add()}>
          {words.newObject}
        </Button>
      )}
    </Stack>
  );
}

function CutoutRow({ cutout, editor, state }: Props & { readonly cutout: Cutout }) {
  const { id, name, isHidden } = cutout;
  const isChosen = state.drawing.chosenId === id;
  const share = state.coverage[id] ?? 0;
  return (
    <li className="cutout" data-chosen={isChosen || undefined}>
      <button
        type="button"
        className="cutout-colour"
        style={{ background: colourOf(cutout.colour) }}
        aria-label={words.chooseNamed(name)}
        aria-pressed={isChosen}
        onClick={() => editor.choose(id)}
      />
      <Stack gap={0} miw={0}>
        <TextInput
          variant="unstyled"
          size="sm"
          aria-label={words.nameLabel(name)}
          value={name}
          maxLength={MOST_LETTERS}
          onFocus={() => isChosen || editor.choose(id)}
          onChange={(event) => editor.rename(id, event.currentTarget.value)}
          onBlur={(event) => {
            if (event.currentTarget.value.trim() === "") editor.rename(id, words.firstName);
            editor.endGesture();
          }}
        />
        <Text size="xs" c="dimmed">
          {share > 0 ? words.covers(share) : words.nothingYet}
        </Text>
      </Stack>
      <Group gap={2} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          c="inherit"
          aria-label={isHidden ? words.show(name) : words.hide(name)}
          onClick={() => editor.setHidden(id, !isHidden)}
        >
          <EyeIcon isShut={isHidden} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="inherit"
          aria-label={words.remove(name)}
          onClick={() => editor.remove(id)}
        >
          <CrossIcon />
        </ActionIcon>
      </Group>
    </li>
  );
}
