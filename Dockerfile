# syntax=docker/dockerfile:1

# The version that package.json brings along, so that the image runs what was tested. To pin the very
# bytes, give the digest too: --build-arg NODE_IMAGE=node:24.21.0-slim@sha256:…
ARG NODE_IMAGE=node:24.21.0-slim

# What is built here runs on any processor: it is built once, on that of the machine at hand.
FROM --platform=${BUILDPLATFORM} ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --no-audit --no-fund
COPY tsconfig.json nest-cli.json .swcrc bundle.js ./
COPY src ./src
RUN npm run build

FROM ${NODE_IMAGE} AS production
ENV NODE_ENV=production
WORKDIR /app
# Everything belongs to root: the program can read itself but not change itself. It writes nothing but
# a cache of compiled code to /tmp, and does without where it may not.
COPY package.json ./
COPY config ./config
# Its libraries are in there, too.
COPY --from=build /app/dist ./dist
# The image's user `node`, by number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 18000
# Set PORT rather than `server.port` to listen elsewhere: the health check goes by it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 18000}/health/live`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and gets the signals itself; the program drains on SIGTERM. There are no orphans to
# reap: the only processes it starts are its own workers (`server.workers`), whose ends it waits for.
STOPSIGNAL SIGTERM
# V8 would let its new generation grow to several times that; it makes nothing faster.
CMD ["node", "--max-semi-space-size=16", "dist/main.js"]

# Last, since they differ in every build and nothing above depends on them.
ARG NODE_IMAGE
ARG VERSION=""
ARG REVISION=""
ARG CREATED=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="llm-proxy" \
      org.opencontainers.image.description="A self-hosted proxy for LLM APIs: one address and one key in front of many providers." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/${NODE_IMAGE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
