/** The tag that somebody means by what they type: `#Home ` is `home`; empty when it is none. */
export function tagOf(text: string): string {
  return text.trim().replace(/^#/, "").toLowerCase();
}
