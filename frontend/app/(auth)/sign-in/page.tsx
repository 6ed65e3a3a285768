import type { Metadata } from "next";
import { AuthForm } from "@/components/auth/auth-form";
import { getTranslate } from "@/lib/i18n/server";
import { ownPath } from "@/lib/session";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("auth.signIn") };
}

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { to } = await searchParams;
  return <AuthForm kind="signIn" to={ownPath(typeof to === "string" ? to : null)} />;
}
