/** What a stage may be asked for, read from the API's document. */

export type Value = string | number | boolean | null;
export type Values = Record<string, Value>;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly kind: "integer" | "number" | "boolean" | "choice";
  readonly choices: readonly string[];
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const PARAMS_OF: Readonly<Record<string, string>> = { tours: "TourParams" };
/** Of products whose stages are asked for one by one. */
const PARAMS_OF_STAGE: Readonly<Record<string, string>> = { build_object: "BuildObjectParams" };

/** The fields of a stage, in their order; none where the document does not know it. */
export function fieldsOf(document: unknown, product: string, stage: string): Field[] {
  const schemas = schemasOf(document);
  const ref = schemas[PARAMS_OF[product] ?? ""]?.properties?.[stage]?.$ref;
  const name = ref?.split("/").pop() ?? PARAMS_OF_STAGE[stage] ?? "";
  const properties = schemas[name]?.properties ?? {};
  return Object.entries(properties).flatMap(([name, schema]) => fieldOf(name, schema));
}

function schemasOf(document: unknown): Readonly<Record<string, Schema>> {
  const components = (document as { components?: { schemas?: Record<string, Schema> } }).components;
  return components?.schemas ?? {};
}

function fieldOf(name: string, schema: Schema): Field[] {
  const real = schema.anyOf?.find((one) => one.type !== "null") ?? schema;
  const spaced = name.replaceAll("_", " ");
  const told = {
    name,
    label: spaced.charAt(0).toUpperCase() + spaced.slice(1),
    description: schema.description ?? "",
    choices: real.enum ?? [],
  };
  if (real.enum) return [{ ...told, kind: "choice" }];
  if (real.type === "integer" || real.type === "number" || real.type === "boolean") {
    return [{ ...told, kind: real.type }];
  }
  return []; // nothing that a line of a form could hold
}

/** Those of the values that differ from what was asked for before; null where none does. */
export function changesOf(before: Values, values: Values): Values | null {
  const changed = Object.entries(values).filter(([name, value]) => value !== (before[name] ?? null));
  return changed.length > 0 ? Object.fromEntries(changed) : null;
}
