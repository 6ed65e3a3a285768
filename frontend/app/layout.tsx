import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "@/components/providers";
import { MessagesProvider } from "@/lib/i18n/client";
import { getTranslate, requestLocale, requestMessages } from "@/lib/i18n/server";
import { isTheme, THEME_COOKIE } from "@/lib/theme";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslate();
  const name = translate("app.name");
  return {
    title: { default: name, template: `%s · ${name}` },
    description: translate("app.description"),
    applicationName: name,
    icons: { icon: "/icon.svg", apple: "/apple-icon.png" },
    appleWebApp: { title: name, capable: true },
    formatDetection: { telephone: false },
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfaf8" },
    { media: "(prefers-color-scheme: dark)", color: "#141310" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, messages, jar, head] = await Promise.all([requestLocale(), requestMessages(), cookies(), headers()]);
  const theme = jar.get(THEME_COOKIE)?.value;
  return (
    <html lang={locale} data-theme={isTheme(theme) ? theme : undefined}>
      <body>
        <MessagesProvider locale={locale} messages={messages}>
          <Providers nonce={head.get("x-nonce") ?? undefined}>{children}</Providers>
        </MessagesProvider>
      </body>
    </html>
  );
}
