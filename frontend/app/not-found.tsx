import Link from "next/link";
import { getTranslate } from "@/lib/i18n/server";

export default async function NotFound() {
  const translate = await getTranslate();
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col items-start justify-center gap-3 px-6">
      <h1>{translate("notFound.title")}</h1>
      <Link href="/" className="font-medium text-accent underline underline-offset-3">
        {translate("notFound.home")}
      </Link>
    </main>
  );
}
