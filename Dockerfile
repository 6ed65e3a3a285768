# The backend and every consumer: one image, so that a node pulls it once; TODO_APP_ID says which of them runs.
# Nothing is run for the target's architecture, so any machine builds for amd64 and arm64 without emulation.
ARG BASE=docker.io/library/python:3.13-slim

FROM --platform=${BUILDPLATFORM} ${BASE} AS dependencies
ARG UV_VERSION=0.13.9
RUN python3 -m venv /uv && /uv/bin/pip install --no-cache-dir --disable-pip-version-check "uv==${UV_VERSION}"
ENV UV_PROJECT_ENVIRONMENT=/venv UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_LINK_MODE=copy
WORKDIR /build
COPY pyproject.toml uv.lock ./
ARG TARGETARCH=amd64
# Wheels alone; the environment's interpreter is the base's, at the same path for every architecture.
RUN case "${TARGETARCH}" in amd64) machine=x86_64 ;; arm64) machine=aarch64 ;; *) exit 1 ;; esac \
    && /uv/bin/uv sync --frozen --no-dev --no-install-project --no-build \
    --python python3 --python-platform "${machine}-manylinux_2_28"
# Else every start compiles: slim bases have no bytecode of the standard library, and what is valid by time is stale once
# the image's layers have given the sources other times. With -f also what compileall's own start has just written.
RUN PYTHONPYCACHEPREFIX=/bytecode python3 -m compileall -qf -j 0 --invalidation-mode unchecked-hash -x '/(tests?|idlelib)/' \
    "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" /venv/lib

FROM --platform=${BUILDPLATFORM} ${BASE} AS sources
WORKDIR /app
COPY app app
COPY worker worker
RUN PYTHONPYCACHEPREFIX=/bytecode python3 -m compileall -qf --invalidation-mode unchecked-hash /app

# Named although it is the default: Buildah 1.28 would go on with the platform of the stages above.
FROM --platform=${TARGETPLATFORM} ${BASE}
# glibc's allocator keeps what a burst needed: without these the backend grows by a tenth under load.
ENV MALLOC_ARENA_MAX=1 MALLOC_TOP_PAD_=0 MALLOC_TRIM_THRESHOLD_=131072
ENV PATH=/venv/bin:${PATH} PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONPYCACHEPREFIX=/bytecode PYTHONUNBUFFERED=1
COPY --from=dependencies /bytecode /bytecode
COPY --from=dependencies /venv /venv
COPY --from=sources /bytecode /bytecode
COPY --from=sources /app /app
ARG VERSION=unreleased
ENV TODO_VERSION=${VERSION} TODO_HOST=0.0.0.0 TODO_PORT=8000
LABEL org.opencontainers.image.title="todochat app" \
      org.opencontainers.image.description="Backend and event consumers of the todochat platform" \
      org.opencontainers.image.source="https://github.com/todochat/platform" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
