import { type NextRequest, NextResponse } from "next/server";
import { chatKitDomainKey } from "@/lib/chatkit";
import { contentSecurityPolicy } from "@/lib/security";
import { ACCESS_COOKIE, resumePath } from "@/lib/session";

const PUBLIC = ["/sign-in", "/sign-up"];

/** Every page gets a Content-Security-Policy with a nonce of its own, and needs a session unless it is public. */
export function proxy(request: NextRequest) {
  const { pathname, search } = request.nextUrl;
  if (!PUBLIC.includes(pathname) && !request.cookies.has(ACCESS_COOKIE)) {
    return NextResponse.redirect(new URL(resumePath(pathname + search), publicOrigin(request)));
  }
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, {
    development: process.env.NODE_ENV === "development",
    chatKit: chatKitDomainKey() !== null,
  });
  const headers = new Headers(request.headers);
  // Next.js reads the nonce for its own scripts from the policy.
  headers.set("Content-Security-Policy", policy);
  headers.set("x-nonce", nonce);
  headers.set("x-path", pathname + search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

/** What the browser calls this server, which only the ingress knows. */
function publicOrigin({ headers }: NextRequest): string {
  return `${headers.get("x-forwarded-proto") ?? "http"}://${headers.get("host")}`;
}

export const config = {
  // Everything but files, which are the same for everybody, and what the sidecar asks for.
  matcher: ["/((?!_next/|dapr/|readyz$|manifest\\.webmanifest$|.*\\.(?:svg|png|ico|txt)$).*)"],
};
