import { useEffect } from "react";
import { Navigate, useLocation, useSearchParams } from "react-router";
import { Loading } from "../parts/Loading";

/** Pages without React that send people here to log in, and want them back. */
const PAGES_OF_THEIR_OWN = /^\/view\/[\w-]+/;

/** After logging in: to where one was going. */
export function Onward() {
  const from = useLocation().state as { from?: string } | null;
  const next = useSearchParams()[0].get("next") ?? "";
  const isOurs = PAGES_OF_THEIR_OWN.test(next);
  useEffect(() => {
    if (isOurs) window.location.replace(next);
  }, [isOurs, next]);
  return isOurs ? <Loading /> : <Navigate to={from?.from ?? "/"} replace />;
}
