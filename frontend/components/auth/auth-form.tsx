"use client";

import { Eye, EyeOff } from "lucide-react";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { anonymousApi } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import { useTranslate } from "@/lib/i18n/client";

const OTHER = { signIn: "signUp", signUp: "signIn" } as const;
const PATHS = { signIn: "/sign-in", signUp: "/sign-up" } as const;

/** Sign in, or make an account; then on to the page that was asked for. */
export function AuthForm({ kind, to }: { kind: "signIn" | "signUp"; to: string }) {
  const translate = useTranslate();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setIsShown] = useState(false);
  const [isWorking, setIsWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const problem = error instanceof ApiError ? error : null;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setIsWorking(true);
    setError(null);
    try {
      if (kind === "signIn") await dataOf(anonymousApi.POST("/api/v1/auth/sign-in", { body: { email, password } }));
      else {
        const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        await dataOf(anonymousApi.POST("/api/v1/auth/sign-up", { body: { email, password, time_zone } }));
      }
      window.location.assign(to);
    } catch (reason) {
      setError(reason);
      setIsWorking(false);
    }
  }

  const other = OTHER[kind];
  const inFields = problem?.reason("email") || problem?.reason("password");
  return (
    <>
      <h1>{translate(`auth.${kind}.title`)}</h1>
      <p className="mt-1 mb-8 text-ink-soft">{translate(`auth.${kind}.lead`)}</p>
      <form onSubmit={submit} method="post" className="space-y-5">
        <Field
          label={translate("auth.email")}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={problem?.reason("email")}
        />
        <Field
          label={translate("auth.password")}
          type={isShown ? "text" : "password"}
          name="password"
          autoComplete={kind === "signIn" ? "current-password" : "new-password"}
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          hint={kind === "signUp" ? translate("auth.password.hint") : undefined}
          error={problem?.reason("password")}
          trailing={
            <IconButton
              label={translate(isShown ? "auth.password.hide" : "auth.password.show")}
              onClick={() => setIsShown(!isShown)}
            >
              {isShown ? <EyeOff /> : <Eye />}
            </IconButton>
          }
        />
        {error !== null && !inFields && (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2.5 text-sm text-danger">
            {problem ? problem.message : translate("toast.failed", { reason: translate("error.network") })}
          </p>
        )}
        <Button type="submit" variant="primary" disabled={isWorking} className="h-11 w-full">
          {translate(isWorking ? "auth.working" : `auth.${kind}`)}
        </Button>
      </form>
      <p className="mt-6 text-sm text-ink-soft">
        {translate(`auth.${kind}.switch`)}{" "}
        <Link
          href={{ pathname: PATHS[other], query: to === "/" ? {} : { to } }}
          className="font-medium text-accent underline underline-offset-3"
        >
          {translate(`auth.${other}`)}
        </Link>
      </p>
    </>
  );
}
