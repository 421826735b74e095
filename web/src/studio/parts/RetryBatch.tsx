import { Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Batch, read } from "../../api/client";
import { strings } from "../../strings";
import { useStudio } from "../studio";
import { BudgetFields, NO_LIMITS } from "./BudgetFields";
import { budgetOf } from "./budget";
import { FormDialog } from "./FormDialog";

const words = strings.batches;

/** Tries again what did not succeed, with a larger budget if one is named. */
export function RetryBatch({ batch, close }: { batch: Batch; close: () => void }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [limits, setLimits] = useState(NO_LIMITS);
  const retry = useMutation({
    mutationFn: () => {
      const budget = budgetOf(limits.dollars, limits.minutes);
      const params = { path: { batch_id: batch.batch_id } };
      return read(api.POST("/v1/batches/{batch_id}/retry", { params, body: budget ? { budget } : {} }));
    },
    onSuccess: (now) => {
      queries.setQueryData(["batch", batch.batch_id], now);
      void queries.invalidateQueries({ queryKey: ["jobs"] });
      close();
    },
  });
  return (
    <FormDialog title={words.retryTitle} close={close} action={retry} submit={words.retry}>
      <Text>{words.retryText}</Text>
      {batch.budget && <BudgetFields value={limits} change={setLimits} />}
    </FormDialog>
  );
}
