/** The access token's cookie; the backend sets it, and no script can read it. */
export const ACCESS_COOKIE = "access_token";

/** Where a browser without a valid access token goes: the backend refreshes the session and sends it on. */
export function resumePath(to: string): string {
  return `/api/v1/auth/resume?to=${encodeURIComponent(to)}`;
}

export function signInPath(to: string): string {
  return `/sign-in?to=${encodeURIComponent(to)}`;
}

/** A path of this site to go on to, whatever an address says. */
export function ownPath(to: string | null | undefined): string {
  return to && /^\/([^/\\\s][^\\\s]*)?$/.test(to) ? to : "/";
}
