/** OpenAI's ChatKit, which is shown instead of the chat of our own where the operator has a key for the origin. */

/** Where its script and its frame come from; OpenAI lets nobody serve them. */
export const CHATKIT_ORIGIN = "https://cdn.platform.openai.com";

export const CHATKIT_SCRIPT = `${CHATKIT_ORIGIN}/deployments/chatkit/chatkit.js`;

/** The operator's public key, on the server; null shows the chat of our own. */
export function chatKitDomainKey(): string | null {
  return process.env.TODO_CHATKIT_DOMAIN_KEY || null;
}
