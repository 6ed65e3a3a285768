import type { NextConfig } from "next";
import { SECURITY_HEADERS } from "./lib/security";

const config: NextConfig = {
  output: "standalone",
  outputFileTracingRoot: import.meta.dirname,
  // No image is resized here, and the library that would do it is another one for each architecture.
  outputFileTracingExcludes: { "**": ["node_modules/sharp/**", "node_modules/@img/**"] },
  turbopack: { root: import.meta.dirname },
  // "npm run lint" checks the types; whoever builds a release has them checked already.
  typescript: { ignoreBuildErrors: true },
  // The container's file system is read-only, and nothing here needs a cache between requests.
  cacheMaxMemorySize: 0,
  poweredByHeader: false,
  // The ingress compresses, for all of the origin alike.
  compress: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  headers: async () => [{ source: "/:path*", headers: SECURITY_HEADERS }],
  experimental: { optimizePackageImports: ["lucide-react"] },
};

export default config;
