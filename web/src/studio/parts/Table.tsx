import type { ReactNode } from "react";

interface Props {
  readonly name: string | undefined;
  readonly columns: readonly string[];
  /** The table's bodies and feet. */
  readonly children: ReactNode;
}

/** A named table that scrolls sideways where there is not room enough. */
export function Table({ name, columns, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has only a keyboard scrolls it too
    <section className="table" aria-label={name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
    </section>
  );
}
