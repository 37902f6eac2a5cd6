# syntax=docker/dockerfile:1

# The version that package.json brings along, so that the image runs what was tested.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --no-audit --no-fund
COPY tsconfig.json nest-cli.json .swcrc bundle.js ./
COPY src ./src
RUN npm run build

FROM node:${NODE_VERSION}-slim AS production
ARG NODE_VERSION
LABEL org.opencontainers.image.title="llm-proxy" \
      org.opencontainers.image.description="A self-hosted proxy for LLM APIs: one address and one key in front of many providers." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:${NODE_VERSION}-slim"
ENV NODE_ENV=production
WORKDIR /app
# Everything belongs to root: the program can read itself but not change itself.
COPY package.json ./
# Its libraries are in there, too.
COPY --from=build /app/dist ./dist
COPY config ./config
# The image's user `node`, by number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 18000
# Set PORT rather than `server.port` to listen elsewhere: the health check goes by it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 18000}/health/live`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and gets the signals itself; the program drains on SIGTERM.
STOPSIGNAL SIGTERM
CMD ["node", "dist/main.js"]
