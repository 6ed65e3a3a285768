"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/lib/api/errors";
import { Toaster } from "./ui/toaster";

/** What every page needs in the browser. */
export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  const [client] = useState(() => {
    // Dialogs keep the page behind them from scrolling with a style element, which the policy allows with the nonce.
    if (nonce) setNonce(nonce);
    return new QueryClient({
      defaultOptions: {
        queries: {
          // What changes elsewhere comes live.
          staleTime: Number.POSITIVE_INFINITY,
          gcTime: Number.POSITIVE_INFINITY,
          retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < 3,
        },
      },
    });
  });
  return (
    <QueryClientProvider client={client}>
      {children}
      <Toaster />
    </QueryClientProvider>
  );
}
