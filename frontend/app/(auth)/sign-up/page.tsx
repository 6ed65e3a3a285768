import type { Metadata } from "next";
import { AuthForm } from "@/components/auth/auth-form";
import { getTranslate } from "@/lib/i18n/server";
import { ownPath } from "@/lib/session";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("auth.signUp") };
}

export default async function SignUpPage({ searchParams }: PageProps<"/sign-up">) {
  const { to } = await searchParams;
  return <AuthForm kind="signUp" to={ownPath(typeof to === "string" ? to : null)} />;
}
