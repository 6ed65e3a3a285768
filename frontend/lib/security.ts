import { CHATKIT_ORIGIN } from "./chatkit";

/** Headers that do not differ between pages. */
export const SECURITY_HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

type Allowances = { development: boolean; chatKit: boolean };

/** Scripts and style sheets need the nonce, and nothing comes from, or goes to, another origin, unless ChatKit is shown. */
export function contentSecurityPolicy(nonce: string, { development, chatKit }: Allowances): string {
  const directives = {
    "default-src": "'self'",
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    // ChatKit's script is not ours, and has no nonce for what it may put around its frame.
    "style-src": development || chatKit ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
    // Positions of a virtualised list are style attributes of what the server renders.
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": chatKit ? CHATKIT_ORIGIN : "'none'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
